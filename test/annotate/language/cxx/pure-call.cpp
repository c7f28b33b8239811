// A pure virtual function that is called while its object is made ends the program as abort does.
#include <cstdio>
struct Base { Base() { early(); } void early() { std::puts("calls"); std::fflush(stdout); work(); } virtual void work() = 0; virtual ~Base() = default; };
struct Derived : Base { int n = 4; void work() override { std::printf("%d\n", n); } };
int main() { Derived derived; std::puts("not reached"); derived.work(); }
