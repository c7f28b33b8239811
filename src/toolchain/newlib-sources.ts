// Which of newlib's files make our C library, and how. Plain C only: the PowerPC folder has little but a setjmp in
// assembly, which the annotator could not follow. What most programs never name (wide characters, regular expressions,
// complex numbers) is a part of its own.

export interface LibrarySource {
  /** Path below newlib/, without `.c`. */
  readonly file: string;
  /** Name of the object, where one file is compiled several times. */
  readonly object: string;
  readonly defines: readonly string[];
}

const PLAIN: Readonly<Record<string, string>> = {
  ctype: `ctype_ isalnum isalpha iscntrl isdigit islower isupper isprint ispunct isspace isxdigit tolower toupper
    categories isascii isblank toascii isalnum_l isalpha_l isblank_l iscntrl_l isdigit_l islower_l isprint_l
    ispunct_l isspace_l isupper_l isxdigit_l tolower_l toupper_l iswspace iswspace_l`,
  errno: "errno",
  locale: "locale localeconv lctype lmessages lnumeric lmonetary nl_langinfo timelocal",
  misc: "ffs init fini unctrl",
  reent: `closer fstatr getreent gettimeofdayr impure isattyr linkr lseekr openr readr reent renamer sbrkr signalr
    signgam statr timesr unlinkr writer`,
  search: "bsearch qsort qsort_r bsd_qsort_r hash_func tdelete tdestroy tfind tsearch twalk",
  signal: "raise signal psignal",
  stdio: `clearerr fclose fdopen feof ferror fflush fgetc fgetpos fgets fileno findfp flags fopen fprintf fputc fputs
    fread freopen fscanf fseek fseeko fsetpos ftell ftello fvwrite fwalk fwrite getc getchar getc_u getchar_u
    getdelim getline gets getw makebuf perror printf putc putchar putc_u putchar_u puts putw refill remove rename
    rewind rget scanf sccl setbuf setbuffer setlinebuf setvbuf snprintf sprintf sscanf stdio tmpfile tmpnam ungetc
    vdprintf vprintf vscanf vsnprintf vsprintf vsscanf wbuf wsetup asprintf vasprintf asnprintf vasnprintf dprintf
    fcloseall clearerr_u feof_u ferror_u fflush_u fgetc_u fgets_u fileno_u fputc_u fputs_u fread_u fwrite_u`,
  stdlib: `__adjust __atexit __call_atexit __exp10 __ten_mu _Exit abort abs aligned_alloc assert atexit atof atoff
    atoi atol atoll calloc cxa_atexit cxa_finalize div dtoa dtoastub ecvtbuf efgcvt environ envlock exit
    gdtoa-gethex gdtoa-hexnan getenv getenv_r getopt getsubopt imaxabs imaxdiv itoa utoa labs ldiv llabs lldiv
    malign malloc mblen mblen_r mbstowcs mbstowcs_r mbtowc mbtowc_r mlock mprec msize mstats mtrim on_exit
    on_exit_args quick_exit rand rand_r random realloc reallocarray reallocf strtod strtodg strtoimax strtol
    strtold strtoll strtoll_r strtorx strtoul strtoull strtoull_r strtoumax wcstombs wcstombs_r wctomb wctomb_r
    wcrtomb mbrtowc sb_charsets rand48 drand48 erand48 jrand48 lcong48 lrand48 mrand48 nrand48 seed48 srand48 a64l
    l64a putenv putenv_r setenv setenv_r`,
  string: `bcmp bcopy bzero explicit_bzero ffsl ffsll fls flsl flsll index memccpy memchr memcmp memcpy memmem
    memmove mempcpy memrchr memset rawmemchr rindex stpcpy stpncpy strcasecmp strcasestr strcat strchr strchrnul
    strcmp strcoll strcpy strcspn strdup strdup_r strerror strerror_r strlcat strlcpy strlen strlwr strncasecmp
    strncat strncmp strncpy strndup strndup_r strnlen strnstr strpbrk strrchr strsep strsignal strspn strstr strtok
    strtok_r strupr strverscmp strxfrm swab u_strerr timingsafe_bcmp timingsafe_memcmp gnu_basename xpg_strerror_r
    wcslen wcschr`,
  syscalls: `sysclose sysfstat sysgetpid sysgettod sysisatty syskill syslink syslseek sysopen sysread syssbrk sysstat
    systimes sysunlink syswrite`,
  time: `asctime asctime_r clock ctime ctime_r difftime gettzinfo gmtime gmtime_r lcltime lcltime_r mktime
    month_lengths strftime time tzcalc_limits tzlock tzset tzset_r tzvars`,
};

const MALLOC: Readonly<Record<string, string>> = {
  mallocr: "DEFINE_MALLOC",
  freer: "DEFINE_FREE",
  reallocr: "DEFINE_REALLOC",
  callocr: "DEFINE_CALLOC",
  cfreer: "DEFINE_CFREE",
  malignr: "DEFINE_MEMALIGN",
  vallocr: "DEFINE_VALLOC",
  pvallocr: "DEFINE_PVALLOC",
  mallinfor: "DEFINE_MALLINFO",
  mallstatsr: "DEFINE_MALLOC_STATS",
  msizer: "DEFINE_MALLOC_USABLE_SIZE",
  malloptr: "DEFINE_MALLOPT",
};

/** Everything but printf's and scanf's engines. */
export function commonSources(): LibrarySource[] {
  const list: LibrarySource[] = [];
  for (const [folder, names] of Object.entries(PLAIN)) {
    for (const name of names.split(/\s+/)) {
      list.push({ file: `libc/${folder}/${name}`, object: `${folder}-${name}`, defines: [] });
    }
  }
  for (const [object, define] of Object.entries(MALLOC)) {
    list.push({
      file: "libc/stdlib/mallocr",
      object: `stdlib-${object}`,
      defines: ["INTERNAL_NEWLIB", define],
    });
  }
  return list;
}

/** printf's and scanf's engines, for files and for strings. Without floating point, the integer-only engine takes the
 *  general engine's names, so that programs that print no floating-point number carry none of it. */
export function formatSources(floatingPoint: boolean): LibrarySource[] {
  const engine = (file: string, object: string, defines: readonly string[]): LibrarySource => ({
    file: `libc/stdio/${file}`,
    object: `${object}-${floatingPoint ? "float" : "integer"}`,
    defines,
  });
  const integer = (file: string, object: string, defines: readonly string[]): LibrarySource =>
    engine(file, object, ["INTEGER_ONLY", ...defines]);
  if (floatingPoint) {
    return [
      engine("vfprintf", "vfprintf", []),
      engine("vfprintf", "svfprintf", ["STRING_ONLY"]),
      engine("vfscanf", "vfscanf", []),
      engine("vfscanf", "svfscanf", ["STRING_ONLY"]),
      // The integer-only engines also hold the output and input routines that the general ones share.
      integer("vfprintf", "vfiprintf", []),
      integer("vfprintf", "svfiprintf", ["STRING_ONLY"]),
      integer("vfscanf", "vfiscanf", []),
      integer("vfscanf", "svfiscanf", ["STRING_ONLY"]),
      ...INTEGER_CALLS.map((name) => engine(name, name, [])),
    ];
  }
  const renames = [
    ["_vfiprintf_r", "_vfprintf_r"],
    ["vfiprintf", "vfprintf"],
    ["_svfiprintf_r", "_svfprintf_r"],
    ["_vfiscanf_r", "_vfscanf_r"],
    ["vfiscanf", "vfscanf"],
    ["__svfiscanf_r", "__svfscanf_r"],
    ["__svfiscanf", "__svfscanf"],
    ["__ssvfiscanf_r", "__ssvfscanf_r"],
  ].map(([from, to]) => `${from}=${to}`);
  return [
    integer("vfprintf", "vfprintf", renames),
    integer("vfprintf", "svfprintf", ["STRING_ONLY", ...renames]),
    integer("vfscanf", "vfscanf", renames),
    integer("vfscanf", "svfscanf", ["STRING_ONLY", ...renames]),
    ...INTEGER_CALLS.map((name) => engine(name, name, renames)),
  ];
}

/** newlib's own integer-only calls, which parts of the library use. */
const INTEGER_CALLS =
  "iprintf fiprintf siprintf sniprintf viprintf vsiprintf vsniprintf iscanf fiscanf siscanf".split(" ");

/** newlib's small engines ("nano formatting"): shorter code, no long long, no positional arguments. */
export function nanoSources(): LibrarySource[] {
  const engine = (file: string, object: string, defines: readonly string[] = []): LibrarySource => ({
    file: `libc/stdio/${file}`,
    object: `${object}-nano`,
    defines,
  });
  return [
    engine("nano-vfprintf", "vfprintf"),
    engine("nano-vfprintf", "svfprintf", ["STRING_ONLY"]),
    engine("nano-vfprintf_float", "vfprintf_float"),
    engine("nano-vfprintf_i", "vfprintf_i"),
    engine("nano-vfscanf", "vfscanf"),
    engine("nano-vfscanf", "svfscanf", ["STRING_ONLY"]),
    engine("nano-vfscanf_float", "vfscanf_float"),
    engine("nano-vfscanf_i", "vfscanf_i"),
    ...INTEGER_CALLS.map((name) => engine(name, name)),
  ];
}

/** What few programs name, by folder of libc. */
const RARE: Readonly<Record<string, string>> = {
  argz: `argz_add argz_add_sep argz_append argz_count argz_create argz_create_sep argz_delete argz_extract argz_insert
    argz_next argz_replace argz_stringify buf_findstr envz_add envz_entry envz_get envz_merge envz_remove envz_strip`,
  ctype: `isascii_l iswalnum iswalnum_l iswalpha iswalpha_l iswblank iswblank_l iswcntrl iswcntrl_l iswctype iswctype_l
    iswdigit iswdigit_l iswgraph iswgraph_l iswlower iswlower_l iswprint iswprint_l iswpunct iswpunct_l iswupper
    iswupper_l iswxdigit iswxdigit_l jp2uc toascii_l towctrans towctrans_l towlower towlower_l towupper towupper_l
    wctrans wctrans_l wctype wctype_l`,
  locale: "duplocale freelocale newlocale uselocale",
  posix: "collate collcmp creat fnmatch glob regcomp regerror regexec regfree",
  search: "hcreate hcreate_r",
  stdio: `asiprintf asniprintf diprintf fgetwc fgetwc_u fgetws fgetws_u fmemopen fopencookie fpurge fputwc fputwc_u fputws
    fputws_u fsetlocking funopen fwide fwprintf fwscanf getwc getwc_u getwchar getwchar_u mktemp open_memstream putwc
    putwc_u putwchar putwchar_u stdio_ext swprintf swscanf ungetwc vasiprintf vasniprintf vdiprintf viscanf vsiscanf
    vswprintf vswscanf vwprintf vwscanf wprintf wscanf`,
  stdlib: `btowc ldtoa mbrlen mbsinit mbsnrtowcs mbsrtowcs rpmatch system valloc wcsnrtombs wcsrtombs wcstod wcstoimax
    wcstol wcstold wcstoll wcstoll_r wcstoul wcstoull wcstoull_r wcstoumax wctob`,
  string: `strcasecmp_l strcoll_l strncasecmp_l strxfrm_l wcpcpy wcpncpy wcscasecmp wcscasecmp_l wcscat wcscmp wcscoll
    wcscoll_l wcscpy wcscspn wcsdup wcslcat wcslcpy wcsncasecmp wcsncasecmp_l wcsncat wcsncmp wcsncpy wcsnlen wcspbrk
    wcsrchr wcsspn wcsstr wcstok wcswidth wcsxfrm wcsxfrm_l wcwidth wmemchr wmemcmp wmemcpy wmemmove wmempcpy wmemset`,
  time: "strptime wcsftime",
  unix: "basename dirname pread pwrite",
};

/** The rare part's files of libc; complex numbers and the floating-point environment come from libm. */
export function rareSources(): LibrarySource[] {
  const list = Object.entries(RARE).flatMap(([folder, names]) =>
    names.split(/\s+/).map((name) => ({
      file: `libc/${folder}/${name}`,
      object: `${folder}-${name}`,
      // POSIX headers hide their extensions; elsewhere the extensions' declarations disagree with the code.
      defines: folder === "posix" ? ["_GNU_SOURCE"] : [],
    })),
  );
  for (const file of ["vfwprintf", "vfwscanf"]) {
    list.push({ file: `libc/stdio/${file}`, object: file, defines: [] });
    list.push({ file: `libc/stdio/${file}`, object: `s${file}`, defines: ["STRING_ONLY"] });
  }
  return list;
}

/** Functions that are in a rare file of another name. */
const RARE_BY_OTHER_NAME = `globfree mkstemp mkdtemp mkostemp mkstemps open_wmemstream hdestroy hsearch hcreate_r hdestroy_r hsearch_r
  __fpurge feclearexcept fegetexceptflag feraiseexcept fesetexceptflag fetestexcept fegetround fesetround fegetenv
  feholdexcept fesetenv feupdateenv funopen`;

/** Names of functions for which the rare part is needed; `complex` are the file names of libm/complex. */
export function rareNames(): ReadonlySet<string> {
  const files = Object.values(RARE).join(" ");
  return new Set(`${files} vfwprintf vfwscanf ${RARE_BY_OTHER_NAME}`.split(/\s+/));
}

/** The functions of <complex.h>: c… of a function of <math.h>, for double, float and long double. */
export const COMPLEX_NAME =
  /^c(?:a?(?:cos|sin|tan)h?|exp|log(?:10)?|pow|sqrt|abs|arg|real|imag|onj|proj)[fl]?$/;

/** The mathematics library: every file of its two generic folders. */
export function mathSources(files: readonly string[]): LibrarySource[] {
  return [...files]
    .filter((file) => file.endsWith(".c"))
    .sort()
    .map((file) => file.slice(0, -2))
    .map((file) => ({ file, object: file.replaceAll("/", "-"), defines: [] }));
}

/** The two headers that newlib's configure would write: its version and its settings. */
export function configurationHeaders(version: string): Record<"_newlib_version.h" | "newlib.h", string> {
  const [major = "0", minor = "0", patch = "0"] = version.split(".");
  return {
    "_newlib_version.h": `#ifndef _NEWLIB_VERSION_H__
#define _NEWLIB_VERSION_H__ 1
#define _NEWLIB_VERSION "${version}"
#define __NEWLIB__ ${major}
#define __NEWLIB_MINOR__ ${minor}
#define __NEWLIB_PATCHLEVEL__ ${patch}
#endif
`,
    "newlib.h": `#ifndef __NEWLIB_H__
#define __NEWLIB_H__ 1
#include <_newlib_version.h>
#define __SINGLE_THREAD__ 1
#define _WANT_IO_C99_FORMATS 1
#define _WANT_IO_LONG_LONG 1
#define _WANT_USE_LONG_TIME_T 1
#define _MB_LEN_MAX 1
#define _ATEXIT_DYNAMIC_ALLOC 1
#define _HAVE_LONG_DOUBLE 1
#define _LDBL_EQ_DBL 1
#define _FSEEK_OPTIMIZATION 1
#endif
`,
  };
}
