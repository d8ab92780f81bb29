// SAKUGA_VECTORISE, for compose.
#pragma once

#include "sakuga/core/vectorise.h"
