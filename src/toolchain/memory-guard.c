/* Loaded into Node: takes pages of an ArrayBuffer away from the program that runs in it, so that the processor finds accesses
   to them, free of charge. WebAssembly's own bounds are found that way already: the engine's handler makes an exception of
   the program out of such a signal.

   Accesses that the engine does not expect to fail (their address is a constant within the memory, or it is JavaScript that
   looks) are let through and noted.

   Node's and the system's interfaces are declared here, so that no headers need to be installed. 64-bit Linux. */
typedef struct environment *Environment;
typedef struct value *Value;
typedef struct call *Call;
typedef __UINTPTR_TYPE__ Word;

int napi_get_cb_info(Environment, Call, Word *count, Value *arguments, Value *self, void **data);
int napi_get_arraybuffer_info(Environment, Value, void **data, Word *length);
int napi_get_value_double(Environment, Value, double *);
int napi_create_double(Environment, double, Value *);
int napi_create_function(Environment, const char *, Word length, Value (*)(Environment, Call), void *data, Value *);
int napi_set_named_property(Environment, Value, const char *, Value);

/* node::RegisterSignalHandler(int, void (*)(int, siginfo_t *, void *), bool): called for what the engine does not take. */
void _ZN4node21RegisterSignalHandlerEiPFviP9siginfo_tPvEb(int signal, void (*)(int, void *, void *), _Bool);

struct action {
  void (*handler)(int, void *, void *);
  char mask[128];
  int flags;
  void (*restorer)(void);
};
int sigaction(int signal, const struct action *, struct action *old);
int mprotect(void *, Word length, int protection);
int getpagesize(void);

enum { SEGMENTATION_FAULT = 11, ON_ALTERNATE_STACK_WITH_INFO = 0x08000004, READ = 1, WRITE = 2 };
static const Word reach = (Word)1 << 33; /* 32 bits of address and as many of offset */

static char *memory;
static Word memory_length;
static struct action engine;
/* Distances from `memory`; less than zero: none. */
static volatile double last = -1;
static volatile double passed = -1;

static char *address_of(void *information) { return *(char **)((char *)information + 16); }

/* Before everybody else: where it was. */
static void note(int signal, void *information, void *context) {
  char *at = address_of(information);
  last = memory != 0 && at >= memory && (Word)(at - memory) < reach ? (double)(at - memory) : -1;
  engine.handler(signal, information, context);
}

/* After everybody else. */
static void pass(int signal, void *information, void *context) {
  char *at = address_of(information);
  (void)context;
  if (memory != 0 && at >= memory && at < memory + memory_length) {
    Word page = (Word)getpagesize();
    if (passed < 0) passed = (double)(at - memory);
    if (mprotect((void *)((Word)at / page * page), page, READ | WRITE) == 0) return;
  }
  /* Not ours: the default, which ends the process. */
  static const struct action usual;
  sigaction(signal, &usual, 0);
}

static int arguments_of(Environment environment, Call call, int count, double *numbers) {
  Value given[4];
  Word found = 4;
  void *data;
  if (napi_get_cb_info(environment, call, &found, given, 0, 0) != 0 || found < (Word)count + 1) return 0;
  if (napi_get_arraybuffer_info(environment, given[0], &data, &memory_length) != 0) return 0;
  memory = data;
  for (int i = 0; i < count; i++)
    if (napi_get_value_double(environment, given[i + 1], &numbers[i]) != 0) return 0;
  return 1;
}

static Value number(Environment environment, double value) {
  Value result = 0;
  napi_create_double(environment, value, &result);
  return result;
}

/* protect(buffer, from, to, what): 0 when these bytes, whole pages, got this protection. */
static Value protect(Environment environment, Call call) {
  double n[3];
  if (!arguments_of(environment, call, 3, n)) return number(environment, -1);
  if (!(n[0] >= 0 && n[1] >= n[0] && n[1] <= (double)memory_length)) return number(environment, -1);
  last = passed = -1;
  return number(environment, mprotect(memory + (Word)n[0], (Word)(n[1] - n[0]), (int)n[2]));
}

static Value page_size(Environment environment, Call call) {
  (void)call;
  return number(environment, getpagesize());
}

static Value last_fault(Environment environment, Call call) {
  (void)call;
  return number(environment, last);
}

static Value passed_access(Environment environment, Call call) {
  (void)call;
  return number(environment, passed);
}

static void add(Environment environment, Value exports, const char *name, Value (*function)(Environment, Call)) {
  Value made;
  if (napi_create_function(environment, name, (Word)-1, function, 0, &made) == 0)
    napi_set_named_property(environment, exports, name, made);
}

Value napi_register_module_v1(Environment environment, Value exports) {
  if (engine.handler == 0) {
    if (sigaction(SEGMENTATION_FAULT, 0, &engine) != 0) return exports;
    /* A Node without the engine's handler could not tell the program's faults from its own. */
    if (engine.handler == 0 || (engine.flags & ON_ALTERNATE_STACK_WITH_INFO) == 0) return exports;
    _ZN4node21RegisterSignalHandlerEiPFviP9siginfo_tPvEb(SEGMENTATION_FAULT, pass, 0);
    struct action ours = engine;
    ours.handler = note;
    if (sigaction(SEGMENTATION_FAULT, &ours, 0) != 0) return exports;
  }
  add(environment, exports, "protect", protect);
  add(environment, exports, "pageSize", page_size);
  add(environment, exports, "lastFault", last_fault);
  add(environment, exports, "passedAccess", passed_access);
  return exports;
}
