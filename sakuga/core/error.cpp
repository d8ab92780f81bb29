#include "sakuga/core/error.h"

namespace sakuga::core {

int exit_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::BadRequest:
      return 2;
    case ErrorKind::NotFound:
      return 3;
    case ErrorKind::CorruptInput:
      return 4;
    case ErrorKind::Unsupported:
      return 5;
    case ErrorKind::RefusedByLicence:
      return 6;
    case ErrorKind::Internal:
      return 70;
  }
  return 70;
}

}  // namespace sakuga::core
