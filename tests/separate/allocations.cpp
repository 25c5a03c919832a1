// Counts the allocations of this whole test program.
#include "tests/support/allocations.h"
