/* Parses JSON documents with tree-sitter, walks their trees, runs a query, edits a document and parses it again from the old
   tree. The first argument is the number of records in the documents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_json(void);

static unsigned checksum = 2166136261u;

static void mix(const char *text, unsigned number) {
  while (*text != 0) checksum = (checksum ^ (unsigned char)*text++) * 16777619u;
  checksum = (checksum ^ number) * 16777619u;
}

static unsigned walk(TSNode node) {
  unsigned nodes = 0;
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  for (int down = 1;;) {
    if (down) {
      TSNode current = ts_tree_cursor_current_node(&cursor);
      nodes++;
      mix(ts_node_type(current), ts_node_start_byte(current));
      mix("", ts_node_end_point(current).column);
      if (ts_tree_cursor_goto_first_child(&cursor)) continue;
    }
    down = ts_tree_cursor_goto_next_sibling(&cursor);
    if (!down && !ts_tree_cursor_goto_parent(&cursor)) break;
  }
  ts_tree_cursor_delete(&cursor);
  return nodes;
}

static char *document(int records) {
  size_t room = 64 + (size_t)records * 160;
  char *text = malloc(room);
  if (text == NULL) exit(2);
  size_t at = (size_t)sprintf(text, "{\"list\": [");
  for (int i = 0; i < records; i++)
    at += (size_t)sprintf(text + at, "%s\n  {\"id\": %d, \"name\": \"n\\u00e9%x\", \"ok\": %s, \"v\": [%d.%02de%d, -%d, null]}",
                          i > 0 ? "," : "", i, i * 2654435761u, i % 3 ? "true" : "false", i, i * 37 % 100, i % 9, i * i);
  sprintf(text + at, "\n]}\n");
  return text;
}

int main(int argc, char **argv) {
  const int records = argc > 1 ? atoi(argv[1]) : 40;
  const TSLanguage *language = tree_sitter_json();
  TSParser *parser = ts_parser_new();
  if (!ts_parser_set_language(parser, language)) return 2;
  printf("language: version %u, %u symbols\n", ts_language_abi_version(language), ts_language_symbol_count(language));

  char *text = document(records);
  TSTree *tree = ts_parser_parse_string(parser, NULL, text, (uint32_t)strlen(text));
  TSNode root = ts_tree_root_node(tree);
  printf("parsed %zu bytes: %u nodes, error %d\n", strlen(text), walk(root), ts_node_has_error(root));

  uint32_t offset;
  TSQueryError error;
  static const char pattern[] = "(pair key: (string (string_content) @key) value: (number) @value (#eq? @key \"id\"))";
  TSQuery *query = ts_query_new(language, pattern, sizeof pattern - 1, &offset, &error);
  if (query == NULL) return 3;
  TSQueryCursor *found = ts_query_cursor_new();
  ts_query_cursor_exec(found, query, root);
  unsigned matches = 0;
  for (TSQueryMatch match; ts_query_cursor_next_match(found, &match); matches++)
    mix("match", ts_node_start_byte(match.captures[match.capture_count - 1].node));
  printf("query: %u matches\n", matches);
  ts_query_cursor_delete(found);
  ts_query_delete(query);

  /* `true` or `false` of the second record becomes the number 42, and the tree is brought up to date. */
  char *place = strstr(text, "\"ok\": true");
  if (place != NULL) {
    place += 6;
    TSInputEdit edit = {.start_byte = (uint32_t)(place - text), .old_end_byte = (uint32_t)(place - text) + 4,
                        .new_end_byte = (uint32_t)(place - text) + 2};
    memcpy(place, "42", 2);
    memmove(place + 2, place + 4, strlen(place + 4) + 1);
    ts_tree_edit(tree, &edit);
    TSTree *fresh = ts_parser_parse_string(parser, tree, text, (uint32_t)strlen(text));
    uint32_t ranges;
    TSRange *changed = ts_tree_get_changed_ranges(tree, fresh, &ranges);
    printf("edited: %u nodes, %u changed ranges\n", walk(ts_tree_root_node(fresh)), ranges);
    free(changed);
    ts_tree_delete(fresh);
  }
  ts_tree_delete(tree);

  static const char *const wrong[] = {"{\"a\": }", "[1, 2", "{a: 1}", "", "[[[[[[]]]]]] x"};
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    tree = ts_parser_parse_string(parser, NULL, wrong[i], (uint32_t)strlen(wrong[i]));
    char *shape = ts_node_string(ts_tree_root_node(tree));
    printf("%-16s %s\n", wrong[i], shape);
    free(shape);
    ts_tree_delete(tree);
  }
  ts_parser_delete(parser);
  free(text);
  printf("checksum %08x\n", checksum);
  return 0;
}
