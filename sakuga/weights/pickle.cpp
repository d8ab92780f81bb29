#include "sakuga/weights/pickle.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>

#include "sakuga/core/error.h"

namespace sakuga::weights {
namespace {

using core::ErrorKind;
using core::fail;
using Kind = PickleValue::Kind;

// The instructions that are refused, as Python's pickletools calls them.
const std::unordered_map<uint8_t, const char*> kRefused = {{'0', "POP"},
                                                           {'1', "POP_MARK"},
                                                           {'2', "DUP"},
                                                           {'F', "FLOAT"},
                                                           {'I', "INT"},
                                                           {'L', "LONG"},
                                                           {'P', "PERSID"},
                                                           {'S', "STRING"},
                                                           {'V', "UNICODE"},
                                                           {'d', "DICT"},
                                                           {'g', "GET"},
                                                           {'i', "INST"},
                                                           {'l', "LIST"},
                                                           {'o', "OBJ"},
                                                           {'p', "PUT"},
                                                           {'B', "BINBYTES"},
                                                           {'C', "SHORT_BINBYTES"},
                                                           {0x81, "NEWOBJ"},
                                                           {0x82, "EXT1"},
                                                           {0x83, "EXT2"},
                                                           {0x84, "EXT4"},
                                                           {0x8b, "LONG4"},
                                                           {0x8d, "BINUNICODE8"},
                                                           {0x8e, "BINBYTES8"},
                                                           {0x8f, "EMPTY_SET"},
                                                           {0x90, "ADDITEMS"},
                                                           {0x91, "FROZENSET"},
                                                           {0x92, "NEWOBJ_EX"},
                                                           {0x93, "STACK_GLOBAL"},
                                                           {0x96, "BYTEARRAY8"},
                                                           {0x97, "NEXT_BUFFER"},
                                                           {0x98, "READONLY_BUFFER"}};

class Machine {
  using Instruction = void (*)(Machine&);
  static const std::unordered_map<uint8_t, Instruction> kInstructions;

 public:
  Machine(std::span<const std::byte> bytes, std::span<const std::string> allowed, const std::string& what)
      : bytes_(bytes), allowed_(allowed), what_(what) {}

  Pickle run() {
    while (!step(byte())) {
    }
    pickle_.root = pop();
    pickle_.size = at_;
    return std::move(pickle_);
  }

 private:
  // Carries out one instruction; true at the end.
  bool step(uint8_t code) {
    if (code == '.') return true;  // STOP
    const auto found = kInstructions.find(code);
    if (found == kInstructions.end()) refuse(code);
    found->second(*this);
    return false;
  }

  [[noreturn]] void refuse(uint8_t code) {
    if (const auto found = kRefused.find(code); found != kRefused.end())
      fail(ErrorKind::Unsupported,
           "{}: the pickle's instruction {} at byte {} is refused; weights do not need it", what_,
           found->second, at_ - 1);
    damaged(fmt::format("byte {:#04x} at {} is no instruction", code, at_ - 1));
  }

  [[noreturn]] void damaged(const std::string& reason) {
    fail(ErrorKind::CorruptInput, "{}: the pickle is damaged: {}", what_, reason);
  }

  std::span<const std::byte> take(size_t count) {
    if (count > bytes_.size() - at_) damaged("it ends too early");
    at_ += count;
    return bytes_.subspan(at_ - count, count);
  }

  uint8_t byte() { return uint8_t(take(1)[0]); }

  uint64_t number(size_t size) {
    uint64_t value = 0;
    std::memcpy(&value, take(size).data(), size);
    return value;
  }

  double real() {
    uint64_t bits = 0;
    for (const auto part : take(8)) bits = bits << 8 | uint64_t(part);
    return std::bit_cast<double>(bits);
  }

  // Two's complement, little-endian, of any length.
  void long_integer(size_t size) {
    const auto digits = take(size);
    const bool negative = size > 0 && uint8_t(digits[size - 1]) >= 0x80;
    uint64_t value = negative ? ~uint64_t(0) : 0;
    std::memcpy(&value, digits.data(), std::min<size_t>(size, 8));
    const bool fits = size <= 8 && (size < 8 || (int64_t(value) < 0) == negative);
    push_integer(fits ? int64_t(value) : negative ? INT64_MIN : INT64_MAX);
  }

  void text(size_t size) {
    const auto letters = take(size);
    push({.kind = Kind::Text, .text = {reinterpret_cast<const char*>(letters.data()), size}});
  }

  std::string line() {
    std::string text;
    for (uint8_t letter = byte(); letter != '\n'; letter = byte()) text += char(letter);
    return text;
  }

  PickleValue* push(PickleValue value) {
    stack_.push_back(pickle_.values.emplace_back(std::make_unique<PickleValue>(std::move(value))).get());
    return stack_.back();
  }
  void push_integer(int64_t value) { push({.kind = Kind::Integer, .integer = value}); }

  PickleValue* top() {
    if (stack_.empty() || (!marks_.empty() && stack_.size() <= marks_.back())) damaged("the stack is empty");
    return stack_.back();
  }

  PickleValue* pop() {
    auto* value = top();
    stack_.pop_back();
    return value;
  }

  std::vector<PickleValue*> pop_many(size_t count) {
    std::vector<PickleValue*> values(count);
    for (size_t i = count; i-- > 0;) values[i] = pop();
    return values;
  }

  std::vector<PickleValue*> since_mark() {
    if (marks_.empty() || marks_.back() > stack_.size()) damaged("a mark is missing");
    const std::vector<PickleValue*> values(stack_.begin() + std::ptrdiff_t(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return values;
  }

  void list(const std::vector<PickleValue*>& items) {
    push({.kind = Kind::List, .items = {items.begin(), items.end()}});
  }

  void append(const std::vector<PickleValue*>& items) {
    auto* target = top();
    if (target->kind != Kind::List) damaged("something is appended to what is no list");
    target->items.insert(target->items.end(), items.begin(), items.end());
  }

  // An OrderedDict is a call whose result is filled like a dictionary.
  void set_items(const std::vector<PickleValue*>& values) {
    auto* target = top();
    if ((target->kind != Kind::Dictionary && target->kind != Kind::Call) || values.size() % 2)
      damaged("items are set on what is no dictionary");
    for (size_t i = 0; i < values.size(); i += 2) target->pairs.emplace_back(values[i], values[i + 1]);
  }

  void name() {
    const auto module = line();
    const auto text = module + " " + line();
    if (std::find(allowed_.begin(), allowed_.end(), text) == allowed_.end())
      fail(ErrorKind::Unsupported,
           "{}: the pickle wants '{}', which is refused; weights hold tensors and dictionaries only", what_,
           text);
    push({.kind = Kind::Name, .text = text});
  }

  void call() {
    const auto parts = pop_many(2);
    if (parts[0]->kind != Kind::Name || parts[1]->kind != Kind::List) damaged("what is called is no name");
    push({.kind = Kind::Call, .text = parts[0]->text, .items = parts[1]->items});
  }

  // Sets attributes; those of a dictionary ("_metadata") are of no interest.
  void build() {
    pop();
    if (top()->kind != Kind::Call) damaged("attributes are set on what is no object");
  }

  void reference() {
    const auto* id = pop();
    push({.kind = Kind::Reference, .items = {id}});
  }

  void store(uint64_t key) { memo_[key] = top(); }

  void recall(uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) damaged(fmt::format("it recalls {}, which it never stored", key));
    stack_.push_back(found->second);
  }

  std::span<const std::byte> bytes_;
  std::span<const std::string> allowed_;
  const std::string& what_;
  size_t at_ = 0;
  Pickle pickle_;
  std::vector<PickleValue*> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint64_t, PickleValue*> memo_;
};

const std::unordered_map<uint8_t, Machine::Instruction> Machine::kInstructions = {
    {0x80, [](Machine& m) { m.number(1); }},  // PROTO
    {0x95, [](Machine& m) { m.number(8); }},  // FRAME
    {'(', [](Machine& m) { m.marks_.push_back(m.stack_.size()); }},
    {'N', [](Machine& m) { m.push({}); }},
    {0x88, [](Machine& m) { m.push({.kind = Kind::Boolean, .integer = 1}); }},
    {0x89, [](Machine& m) { m.push({.kind = Kind::Boolean}); }},
    {'K', [](Machine& m) { m.push_integer(int64_t(m.number(1))); }},
    {'M', [](Machine& m) { m.push_integer(int64_t(m.number(2))); }},
    {'J', [](Machine& m) { m.push_integer(int32_t(uint32_t(m.number(4)))); }},
    {0x8a, [](Machine& m) { m.long_integer(m.number(1)); }},
    {'G', [](Machine& m) { m.push({.kind = Kind::Real, .real = m.real()}); }},
    {'U', [](Machine& m) { m.text(m.number(1)); }},
    {0x8c, [](Machine& m) { m.text(m.number(1)); }},
    {'T', [](Machine& m) { m.text(m.number(4)); }},
    {'X', [](Machine& m) { m.text(m.number(4)); }},
    {')', [](Machine& m) { m.push({.kind = Kind::List}); }},
    {']', [](Machine& m) { m.push({.kind = Kind::List}); }},
    {'}', [](Machine& m) { m.push({.kind = Kind::Dictionary}); }},
    {'t', [](Machine& m) { m.list(m.since_mark()); }},
    {0x85, [](Machine& m) { m.list(m.pop_many(1)); }},
    {0x86, [](Machine& m) { m.list(m.pop_many(2)); }},
    {0x87, [](Machine& m) { m.list(m.pop_many(3)); }},
    {'a', [](Machine& m) { m.append(m.pop_many(1)); }},
    {'e', [](Machine& m) { m.append(m.since_mark()); }},
    {'s', [](Machine& m) { m.set_items(m.pop_many(2)); }},
    {'u', [](Machine& m) { m.set_items(m.since_mark()); }},
    {'c', [](Machine& m) { m.name(); }},
    {'R', [](Machine& m) { m.call(); }},
    {'b', [](Machine& m) { m.build(); }},
    {'Q', [](Machine& m) { m.reference(); }},
    {'q', [](Machine& m) { m.store(m.number(1)); }},
    {'r', [](Machine& m) { m.store(m.number(4)); }},
    {0x94, [](Machine& m) { m.store(m.memo_.size()); }},  // MEMOIZE
    {'h', [](Machine& m) { m.recall(m.number(1)); }},
    {'j', [](Machine& m) { m.recall(m.number(4)); }},
};

}  // namespace

Pickle read_pickle(std::span<const std::byte> bytes, std::span<const std::string> allowed,
                   const std::string& what) {
  return Machine(bytes, allowed, what).run();
}

}  // namespace sakuga::weights
