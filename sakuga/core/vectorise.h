// SAKUGA_VECTORISE before a function: it is compiled for several kinds of processor, and the widest that the
// machine has is chosen when the program starts. For row loops without branches.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define SAKUGA_VECTORISE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SAKUGA_VECTORISE
#endif
