#include "sakuga/data/import.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/data/phash.h"
#include "sakuga/data/prepare.h"
#include "sakuga/data/sources.h"
#include "sakuga/data/tags.h"
#include "sakuga/data/utf8.h"

namespace sakuga::data {
namespace fs = std::filesystem;

using core::ErrorKind;

namespace {

// Of the 500 MiB the program with its libraries takes half. Two threads decode pictures of up to kSmallBytes
// each (and some turn them, which takes as much again), their results wait for their turn up to
// kWaitingBytes, and a batch holds up to kBatchBytes of files. What is larger is decoded alone, within
// kLargeBytes with its file.
constexpr int64_t kSmallBytes = 24 << 20, kLargeBytes = 255 << 20;
constexpr int64_t kBatchBytes = 24 << 20, kLargeFile = 8 << 20;
constexpr size_t kBatchPictures = 64, kWaitingBytes = 32 << 20;
constexpr int kThreads = 2;

// One picture on its way.
struct Job {
  std::string file;  // In its source.
  std::string name;  // For messages.
  std::vector<std::byte> encoded = {};
  Labels labels = {};
  Prepared prepared = {};
  std::optional<core::Error> error = {};
  bool too_large = false;  // To be decoded alone.
  bool done = false;
};

// Marks the job as too large if it may be so for this much memory, and there is more to be had.
void prepare_job(Job& job, const PrepareOptions& options, const FaceSearch& face_of, int64_t budget) {
  if (job.error) return;
  const bool last_chance = budget > kSmallBytes;
  const auto limits = decode_limits(job.encoded, budget);
  try {
    auto encoded = last_chance ? std::move(job.encoded) : job.encoded;
    job.prepared = prepare_picture(std::move(encoded), job.name, options, face_of, limits);
    job.encoded = {};
  } catch (const core::Error& error) {
    if (!last_chance && error.kind() == ErrorKind::BadRequest) {
      job.too_large = true;
    } else {
      job.error = error;
    }
  } catch (const std::exception& error) {
    job.error = core::Error(ErrorKind::Internal, fmt::format("import: {}: {}", job.name, error.what()));
  }
}

// Prepares a batch on kThreads threads and hands its jobs over in order. A thread waits before its next job
// while the finished ones that nobody has taken yet hold too much.
class Pool {
 public:
  Pool(const PrepareOptions& options, const fs::path& cascade, const FaceSearch& face_of)
      : options_(options) {
    searches_.fill(face_of);
    if (cascade.empty()) return;
    for (auto& search : searches_)  // A cascade serves one thread.
      search = [finder = std::make_shared<FaceCascade>(cascade)](const media::Image8& image) {
        return finder->largest_face(image);
      };
  }

  const FaceSearch& search(size_t thread) const { return searches_[thread]; }

  void run(std::vector<Job>& jobs, const std::function<void(Job&)>& take) {
    next_ = waiting_bytes_ = 0;
    stopped_ = false;
    std::vector<std::jthread> threads;
    for (size_t thread = 0; thread < searches_.size(); ++thread) {
      threads.emplace_back([this, &jobs, thread] { work(jobs, search(thread)); });
    }
    try {
      for (Job& job : jobs) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return job.done; });
        lock.unlock();
        const size_t bytes = job.prepared.picture.bytes.size();
        take(job);
        lock.lock();
        waiting_bytes_ -= bytes;
        changed_.notify_all();
      }
    } catch (...) {
      stop();
      throw;
    }
  }

 private:
  void work(std::vector<Job>& jobs, const FaceSearch& face_of) {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopped_ || waiting_bytes_ < kWaitingBytes; });
      if (stopped_ || next_ == jobs.size()) return;
      Job& job = jobs[next_++];
      lock.unlock();
      prepare_job(job, options_, face_of, kSmallBytes);
      lock.lock();
      waiting_bytes_ += job.prepared.picture.bytes.size();
      job.done = true;
      changed_.notify_all();
    }
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

  PrepareOptions options_;
  std::array<FaceSearch, kThreads> searches_;
  std::mutex mutex_;  // Guards everything below and the jobs' `done`.
  std::condition_variable changed_;
  size_t next_ = 0, waiting_bytes_ = 0;
  bool stopped_ = false;
};

PrepareOptions prepare_options(const ImportOptions& options) {
  const std::map<std::string, Crop> crops = {
      {"none", Crop::None}, {"centre", Crop::Centre}, {"face", Crop::Face}};
  if (!crops.contains(options.crop)) {
    core::fail(ErrorKind::BadRequest, "import: the crop is none, centre or face, not '{}'", options.crop);
  }
  if (options.size < 0 || options.size > 4096) {
    core::fail(ErrorKind::BadRequest, "import: the size is 1 to 4096 pixels, or 0, not {}", options.size);
  }
  const bool face = options.crop == "face";
  if (!face && !options.cascade.empty()) {
    core::fail(ErrorKind::BadRequest, "import: --cascade is for --crop face");
  }
  if (options.licence.empty() || options.source.empty()) {
    core::fail(
        ErrorKind::BadRequest,
        "import: say where the pictures come from: --licence (NOASSERTION if nobody says) and --source");
  }
  return {.crop = crops.at(options.crop), .size = static_cast<int>(options.size)};
}

class Importer {
 public:
  Importer(DatasetEditor& editor, const ImportOptions& options, std::vector<std::unique_ptr<Source>>& sources,
           const FaceSearch& face_of)
      : editor_(editor),
        options_(options),
        sources_(sources),
        pool_(prepare_options(options), options.cascade, face_of),
        progress_("import", "pictures", count_pictures()),
        last_id_(editor.last_id()) {
    for (const auto& spec : options.tags) labellers_.push_back(make_labeller(spec));
  }

  ImportReport run() {
    for (const auto& source : sources_) read(*source);
    flush();
    finish_report();
    return std::move(report_);
  }

 private:
  int64_t count_pictures();
  void read(Source& source);
  void read_job(Source& source, size_t index);
  Labels labels_of(const std::string& file);
  void flush();
  void take(Job& job);
  void store(Job& job);
  void skip(const Job& job, const core::Error& error);
  void note_origin(const Origin& origin);
  void finish_report();

  DatasetEditor& editor_;
  const ImportOptions& options_;
  std::vector<std::unique_ptr<Source>>& sources_;
  std::vector<std::unique_ptr<Labeller>> labellers_;
  Pool pool_;
  core::Progress progress_;
  int64_t last_id_, done_ = 0, enlarged_ = 0, nameless_ = 0;
  std::map<std::string, int64_t> unknown_licences_;
  std::optional<core::Error> first_error_;
  std::vector<Job> batch_;
  int64_t batch_bytes_ = 0;
  ImportReport report_;
};

int64_t Importer::count_pictures() {
  int64_t count = 0;
  for (const auto& source : sources_) {
    const int64_t found = std::ranges::count_if(source->files(), is_picture_name);
    if (found == 0) {
      core::fail(ErrorKind::BadRequest, "import: there are no pictures in {} ({} other files)",
                 source->name(), source->files().size());
    }
    count += found;
    std::ranges::copy(source->notes(), std::back_inserter(report_.notes));
  }
  return count;
}

void Importer::read(Source& source) {
  for (const auto& labeller : labellers_) labeller->enter(source);
  for (size_t index = 0; index < source.files().size(); ++index) {
    if (is_picture_name(source.files()[index])) read_job(source, index);
  }
}

void Importer::read_job(Source& source, size_t index) {
  Job job = {.file = source.files()[index], .name = source.name() + "/" + source.files()[index]};
  if (job.file == source.name()) job.name = job.file;
  try {
    if (!is_utf8(job.file)) {
      core::fail(ErrorKind::CorruptInput, "import: a file's name in {} is not UTF-8", source.name());
    }
    job.labels = labels_of(job.file);
    job.encoded = source.read(index);
  } catch (const core::Error& error) {
    job.error = error;
  }
  job.too_large = std::ssize(job.encoded) > kLargeFile;
  if (job.too_large || batch_.size() == kBatchPictures || batch_bytes_ > kBatchBytes) flush();
  batch_bytes_ += std::ssize(job.encoded);
  batch_.push_back(std::move(job));
  if (batch_.back().too_large) flush();
}

Labels Importer::labels_of(const std::string& file) {
  Labels all;
  for (const auto& labeller : labellers_) {
    Labels some = labeller->labels(file);
    std::ranges::move(some.tags, std::back_inserter(all.tags));
    if (!some.licence.empty()) all.licence = some.licence;
    if (!some.author.empty()) all.author = some.author;
    if (!some.source.empty()) all.source = some.source;
    if (!some.url.empty()) all.url = some.url;
    if (!some.retrieved.empty()) all.retrieved = some.retrieved;
  }
  return all;
}

// The large pictures of a batch come after its others: their place depends on the input alone.
void Importer::flush() {
  if (batch_.size() == 1 && batch_[0].too_large) {
    prepare_job(batch_[0], prepare_options(options_), pool_.search(0), kLargeBytes);
    take(batch_[0]);
  } else {
    pool_.run(batch_, [&](Job& job) {
      if (!job.too_large) take(job);
    });
    for (Job& job : batch_) {
      if (!job.too_large) continue;
      prepare_job(job, prepare_options(options_), pool_.search(0), kLargeBytes - kBatchBytes);
      take(job);
    }
  }
  batch_.clear();
  batch_bytes_ = 0;
}

void Importer::take(Job& job) {
  core::check_interrupt();
  if (job.error) {
    skip(job, *job.error);
  } else {
    store(job);
  }
  job.prepared = {};
  progress_.update(++done_);
}

void Importer::skip(const Job& job, const core::Error& error) {
  if (!options_.keep_going) {
    throw core::Error(error.kind(),
                      fmt::format("{}. Nothing was imported; --keep-going skips bad pictures", error.what()));
  }
  if (!first_error_) first_error_ = error;
  report_.skipped.push_back({.file = job.name, .reason = error.what()});
}

void Importer::store(Job& job) {
  if (!job.prepared.has_face) {
    report_.skipped.push_back({.file = job.name, .reason = "no face found"});
    return;
  }
  NewPicture& picture = job.prepared.picture;
  const auto either = [](const std::string& own, const std::string& general) {
    return own.empty() ? general : own;
  };
  picture.tags = std::move(job.labels.tags);
  picture.origin = {.source = either(job.labels.source, options_.source),
                    .author = either(job.labels.author, options_.author),
                    .licence = either(job.labels.licence, options_.licence),
                    .url = either(job.labels.url, options_.url),
                    .retrieved = either(job.labels.retrieved, options_.retrieved),
                    .file = job.file};
  if (const auto id = editor_.find(picture.sha256)) {
    ++(*id > last_id_ ? report_.repeated : report_.present);
    return;
  }
  editor_.add(picture);
  ++report_.added;
  enlarged_ += job.prepared.enlarged;
  note_origin(picture.origin);
}

void Importer::note_origin(const Origin& origin) {
  nameless_ += origin.author.empty() && permissions_of(origin.licence).attribution;
  if (!is_known_licence(origin.licence)) ++unknown_licences_[origin.licence];
}

void Importer::finish_report() {
  if (report_.added + report_.present == 0) {
    const std::string reason = report_.skipped.empty() ? "" : report_.skipped[0].reason;
    core::fail(ErrorKind::CorruptInput, "import: none of the {} pictures could be imported; the first: {}",
               done_, reason);
  }
  auto& notes = report_.notes;
  for (const auto& labeller : labellers_) std::ranges::copy(labeller->notes(), std::back_inserter(notes));
  for (const auto& [licence, count] : unknown_licences_) {
    const std::string nearest = nearest_licence(licence);
    notes.push_back(
        fmt::format("{} pictures are under '{}', which is no known SPDX id and so permits nothing{}", count,
                    licence, nearest.empty() ? "" : "; did you mean " + nearest + "?"));
  }
  if (nameless_ > 0) {
    notes.push_back(
        fmt::format("{} pictures are under licences that want the author named, and have none", nameless_));
  }
  if (enlarged_ > 0)
    notes.push_back(fmt::format("{} pictures were enlarged to {} pixels", enlarged_, options_.size));

  const auto hashes = editor_.phashes();
  std::vector<uint64_t> only_hashes;
  for (const auto& [id, hash] : hashes) only_hashes.push_back(hash);
  for (const auto& group : near_duplicates(only_hashes)) {
    auto& ids = report_.near_duplicates.emplace_back();
    for (const size_t index : group) ids.push_back(hashes[index].first);
  }
}

}  // namespace

ImportReport import_pictures(const fs::path& dataset, std::span<const fs::path> inputs,
                             const ImportOptions& options, const FaceSearch& face_of) {
  prepare_options(options);
  if (options.crop == "face" && options.cascade.empty() && !face_of)
    core::fail(ErrorKind::BadRequest, "import: --crop face needs a detector or a cascade that finds faces");
  if (inputs.empty()) core::fail(ErrorKind::BadRequest, "import: name a folder, zip or picture to import");
  std::vector<std::unique_ptr<Source>> sources;
  for (const auto& input : inputs) sources.push_back(open_source(input));
  ImportReport report;
  edit_dataset(dataset,
               [&](DatasetEditor& editor) { report = Importer(editor, options, sources, face_of).run(); });
  return report;
}

}  // namespace sakuga::data
