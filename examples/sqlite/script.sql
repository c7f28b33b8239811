-- A small shop: customers, products, orders. Everything is computed from the row numbers, so that the rows are the same
-- on every machine. `params` has the number of customers.

CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL, boss INTEGER REFERENCES customer);
CREATE TABLE product(id INTEGER PRIMARY KEY, name TEXT UNIQUE, price REAL CHECK (price > 0));
CREATE TABLE purchase(
  id INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer,
  product INTEGER NOT NULL REFERENCES product,
  amount INTEGER NOT NULL,
  day TEXT
);

BEGIN;

WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < (SELECT n FROM params))
INSERT INTO customer
SELECT
  i,
  printf('%s%s %02x', substr('BaCoDeFiGaHeJoKaLuMi', 1 + 2 * (i % 10), 2), substr('rtlannossam', 1 + i % 9, 3), i * 37 % 251),
  CASE i % 5 WHEN 0 THEN 'Aachen' WHEN 1 THEN 'Brno' WHEN 2 THEN 'Cork' WHEN 3 THEN 'Delft' ELSE 'Espoo' END,
  CASE WHEN i > 1 THEN i / 3 + 1 - (i < 3) END
FROM number;

WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 40)
INSERT INTO product SELECT i, 'product ' || (i * i % 997), 1 + (i * 7919 % 5003) / 100.0 FROM number;

WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < (SELECT 5 * n FROM params))
INSERT INTO purchase(customer, product, amount, day)
SELECT
  1 + i * 48271 % (SELECT n FROM params),
  1 + i * 69621 % 40,
  1 + i * 16807 % 9,
  date('2024-01-01', '+' || (i * 7 % 366) || ' days')
FROM number;

COMMIT;

CREATE INDEX purchase_customer ON purchase(customer, day);
CREATE INDEX purchase_product ON purchase(product) WHERE amount > 4;
CREATE VIEW sale AS
  SELECT purchase.id, customer.name AS buyer, city, product.name AS what, amount, amount * price AS total, day
  FROM purchase
  JOIN customer ON customer.id = purchase.customer
  JOIN product ON product.id = purchase.product;
ANALYZE;

-- Joins and aggregates.
SELECT city, count(*), sum(amount), round(sum(total), 2), round(avg(total), 3), min(day), max(day)
FROM sale GROUP BY city ORDER BY city;

SELECT what, round(sum(total), 2) AS turnover FROM sale GROUP BY what HAVING count(*) > 3 ORDER BY turnover DESC, what LIMIT 5;

SELECT customer.name, count(purchase.id) FROM customer LEFT JOIN purchase ON purchase.customer = customer.id AND amount > 7
GROUP BY customer.id ORDER BY 2 DESC, 1 LIMIT 4;

-- A window over an ordered set.
SELECT * FROM (
  SELECT day, sum(amount) AS amounts, sum(sum(amount)) OVER (ORDER BY day ROWS 2 PRECEDING), rank() OVER (ORDER BY sum(amount) DESC)
  FROM purchase GROUP BY day
) ORDER BY amounts DESC, day LIMIT 5;

-- A recursive query: everybody below the first three customers, with the way to them.
WITH RECURSIVE below(id, depth, way) AS (
  SELECT id, 0, name FROM customer WHERE id <= 3
  UNION ALL
  SELECT customer.id, depth + 1, way || '/' || customer.id FROM customer JOIN below ON customer.boss = below.id
  WHERE depth < 6 AND customer.id > 3
)
SELECT depth, count(*), max(length(way)), max(way) FROM below GROUP BY depth ORDER BY depth;

-- Text, patterns, sets.
SELECT group_concat(upper(substr(name, 1, 3)), ',') FROM (SELECT name FROM customer WHERE name LIKE '%a%b%' ORDER BY name LIMIT 9);
SELECT hex(name), length(name), instr(name, ' '), replace(name, 'o', '0') FROM customer ORDER BY name DESC LIMIT 2;
SELECT count(DISTINCT product) FROM purchase WHERE amount IN (2, 3, 5, 7) AND customer IN (SELECT id FROM customer WHERE city = 'Cork');
SELECT city FROM customer EXCEPT SELECT city FROM sale WHERE amount > 8 ORDER BY 1;

-- Changes, and a transaction that is taken back.
UPDATE product SET price = round(price * 1.19, 2) WHERE id % 3 = 0;
DELETE FROM purchase WHERE day < '2024-02-01' AND amount = 1;
SELECT changes(), total_changes() > 0, count(*), round(sum(total), 2) FROM sale;
SAVEPOINT before;
UPDATE purchase SET amount = amount + 1000;
SELECT sum(amount) > 1000 * count(*) FROM purchase;
ROLLBACK TO before;
RELEASE before;
INSERT INTO product VALUES (7, 'again', 2.5) ON CONFLICT (id) DO UPDATE SET name = excluded.name || ' ' || product.id;
SELECT id, name, price FROM product WHERE id = 7;

-- JSON, arithmetic of 64 bits and of floating-point numbers.
SELECT json_group_array(json_object('city', city, 'people', people)) FROM (SELECT city, count(*) AS people FROM customer GROUP BY city ORDER BY city);
SELECT value, type FROM json_each('{"a": [1, 2.5, "x"], "b": null}') ORDER BY key;
SELECT 9223372036854775807 / 1000003, -7 / 2, -7 % 3, 1 << 40, ~5, 7.0 / 3, 1e300 * 1e-290, 0.1 + 0.2, 1e15 + 0.3, CAST('12.75abc' AS REAL);
PRAGMA integrity_check;
