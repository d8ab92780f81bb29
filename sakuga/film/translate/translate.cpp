#include "sakuga/film/translate/translate.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/files.h"
#include "sakuga/core/progress.h"
#include "sakuga/data/licence.h"
#include "sakuga/film/translate/studio.h"
#include "sakuga/media/colour.h"

namespace sakuga::film {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;
using media::Image8;

std::string ending(const fs::path& path) {
  auto text = path.extension().string();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

bool is_picture(const fs::path& path) {
  static const std::set<std::string> kEndings = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"};
  return kEndings.contains(ending(path));
}

bool is_film(const fs::path& path) {
  static const std::set<std::string> kEndings = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v"};
  return kEndings.contains(ending(path));
}

std::vector<fs::path> pictures_of_folder(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && is_picture(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.empty()) fail(ErrorKind::BadRequest, "translate: there are no pictures in {}", folder.string());
  return files;
}

// The files of "folder/name.%06d.png".
std::vector<fs::path> pictures_of_pattern(const fs::path& pattern) {
  const auto name = pattern.filename().string();
  const auto percent = name.find('%'), d = name.find('d', percent);
  const auto before = name.substr(0, percent), after = name.substr(d + 1);
  std::vector<fs::path> files;
  const auto folder = pattern.parent_path().empty() ? fs::path(".") : pattern.parent_path();
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder)) {
      const auto file = entry.path().filename().string();
      const bool fits =
          file.size() > before.size() + after.size() && file.starts_with(before) && file.ends_with(after);
      const auto digits = fits ? file.substr(before.size(), file.size() - before.size() - after.size()) : "";
      if (fits && std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c); }))
        files.push_back(entry.path());
    }
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    const auto x = a.filename().string(), y = b.filename().string();
    return x.size() != y.size() ? x.size() < y.size() : x < y;
  });
  if (files.empty()) fail(ErrorKind::NotFound, "translate: no frame is called {}", pattern.string());
  return files;
}

bool is_pattern(const fs::path& path) {
  static const std::regex kNumber("%0?[0-9]*d");
  return std::regex_search(path.filename().string(), kNumber);
}

struct Inputs {
  std::vector<fs::path> pictures, films;
  bool folder = false;  // A folder or pattern was among them.
};

Inputs gather(const std::vector<fs::path>& paths) {
  Inputs inputs;
  for (const auto& path : paths) {
    const bool many = is_pattern(path) || fs::is_directory(path);
    if (many) {
      const auto files = is_pattern(path) ? pictures_of_pattern(path) : pictures_of_folder(path);
      inputs.pictures.insert(inputs.pictures.end(), files.begin(), files.end());
      inputs.folder = true;
    } else if (!fs::exists(path)) {
      fail(ErrorKind::NotFound, "translate: there is no {}", path.string());
    } else {
      (is_film(path) ? inputs.films : inputs.pictures).push_back(path);
    }
  }
  std::set<std::string> names;
  for (const auto& picture : inputs.pictures)
    if (!names.insert(picture.filename().string()).second)
      fail(ErrorKind::BadRequest, "translate: two inputs are called {}, they would overwrite one another",
           picture.filename().string());
  if (!inputs.films.empty() && (inputs.films.size() > 1 || !inputs.pictures.empty()))
    fail(ErrorKind::BadRequest, "translate: a film is translated by itself, not together with other inputs");
  return inputs;
}

fs::path beside(const fs::path& file, const std::string& what) {
  auto name = file;
  return name.replace_extension(what + file.extension().string());
}

class Job {
 public:
  Job(const fs::path& model, const TranslateOptions& options, const media::FrameWriteOptions& film,
      models::Direction direction)
      : options_(options),
        film_(film),
        translator_(models::PictureTranslator::load(model, direction)),
        studio_(translator_, options) {
    const auto& card = translator_->card();
    const auto ledger = card.licences.is_null() ? data::LedgerSummary{}
                                                : data::ledger_from_json(card.licences, model.string());
    origin_ = {{"command", "translate"},
               {"model",
                {{"file", model.filename().string()},
                 {"sha256", translator_->sha256()},
                 {"architecture", card.architecture}}},
               {"licence", data::ledger_to_json(ledger)},
               {"verdict", data::verdict_text(ledger)}};
    auto settings = options;
    settings.cascade = fs::path(options.cascade).filename().string();
    by_ = {{"model", translator_->sha256()},
           {"direction", direction == models::Direction::There ? "there" : "back"},
           {"options", nlohmann::json(core::fields_to_json(settings))}};
    by_["options"].erase("batch");
  }

  TranslateReport run(const Inputs& inputs, const fs::path& out) {
    if (!inputs.films.empty())
      is_film(out) ? film_to_film(inputs.films[0], out) : film_to_folder(inputs.films[0], out);
    else
      pictures(inputs, out);
    return std::move(report_);
  }

 private:
  void pictures(const Inputs& inputs, const fs::path& out) {
    const bool one = inputs.pictures.size() == 1 && !inputs.folder && is_picture(out);
    if (!one) open_folder(out);
    core::Progress progress("translate", "pictures", int64_t(inputs.pictures.size()));
    int64_t done = 0;
    std::vector<std::pair<fs::path, Image8>> waiting;
    const auto draw = [&] {
      write_all(waiting, inputs.folder);
      done += int64_t(waiting.size());
      waiting.clear();
      progress.update(done);
    };
    for (const auto& picture : inputs.pictures) {
      core::check_interrupt();
      const auto target = one ? out : out / picture.filename();
      if (!one && is_written(target)) {
        ++report_.present;
        ++done;
        continue;
      }
      waiting.emplace_back(target, media::read_image8(picture));
      if (int64_t(waiting.size()) == options_.batch || is_large(waiting.back().second)) draw();
    }
    if (!waiting.empty()) draw();
  }

  static bool is_large(const Image8& picture) { return int64_t(picture.width) * picture.height > 4'000'000; }

  void write_all(const std::vector<std::pair<fs::path, Image8>>& waiting, bool moving) {
    std::vector<Image8> pictures;
    for (const auto& item : waiting) pictures.push_back(item.second);
    const auto drawn = studio_.translate(pictures, moving);
    for (size_t i = 0; i < drawn.size(); ++i) write(waiting[i].first, drawn[i]);
  }

  // The picture comes last: where it is, its companions are.
  void write(const fs::path& path, const StudioPicture& drawn) {
    const media::Metadata metadata = {{"sakuga", origin_.dump()}};
    if (options_.attention) {
      media::write_image(beside(path, ".attention"), drawn.attention, metadata);
      media::write_image(beside(path, ".overlay"), drawn.overlay, metadata);
    }
    const auto end = ending(path);
    const bool opaque_only = end == ".jpg" || end == ".jpeg";
    media::write_image(path, opaque_only ? without_alpha(drawn.picture) : drawn.picture, metadata);
    report_.written.push_back(path);
    if (!drawn.found_face) report_.without_face.push_back(path.filename().string());
  }

  static Image8 without_alpha(const Image8& picture) {
    Image8 result(picture.width, picture.height, 3);
    for (int y = 0; y < picture.height; ++y)
      for (int x = 0; x < picture.width; ++x) std::copy_n(picture.at(x, y), 3, result.at(x, y));
    return picture.channels == 4 ? result : picture;
  }

  bool is_written(const fs::path& path) const { return fs::exists(path); }

  void open_folder(const fs::path& out) {
    if (fs::exists(out) && !fs::is_directory(out))
      fail(ErrorKind::BadRequest, "translate: {} is a file, expected a folder for several pictures",
           out.string());
    fs::create_directories(out);
    const auto note = out / "translate.json";
    if (!fs::exists(note)) return core::write_file(note, by_.dump(2) + "\n");
    if (nlohmann::json::parse(core::read_text(note), nullptr, false) != by_)
      fail(ErrorKind::BadRequest,
           "translate: {} holds pictures of another model or other options; choose another folder",
           out.string());
  }

  // Calls `write` for every frame of a film from the reader's place on.
  template <class Write>
  void frames(media::FrameReader& reader, int64_t done, const Write& write) {
    core::Progress progress("translate", "frames", reader.info().count);
    progress.update(done);
    std::vector<Image8> waiting;
    std::vector<int64_t> numbers;
    const auto draw = [&] {
      const auto drawn = studio_.translate(waiting, true);
      for (size_t i = 0; i < drawn.size(); ++i) {
        write(numbers[i], drawn[i]);
        if (!drawn[i].found_face) report_.without_face.push_back(fmt::format("frame {}", numbers[i]));
      }
      done += int64_t(waiting.size());
      waiting.clear();
      numbers.clear();
      progress.update(done);
    };
    media::Image frame;
    while (reader.read(frame)) {
      core::check_interrupt();
      waiting.push_back(media::to_image8(frame));
      numbers.push_back(reader.number());
      if (int64_t(waiting.size()) == options_.batch) draw();
    }
    if (!waiting.empty()) draw();
  }

  void film_to_film(const fs::path& in, const fs::path& out) {
    const auto reader = media::FrameReader::open(in);
    const auto& info = reader->info();
    auto options = film_;
    options.rate = info.rate;
    options.alpha = false;
    options.comment = origin_.dump();
    options.sound_from = in;
    options.sound_start_s = info.start_s;
    const auto writer = media::FrameWriter::create(out, info.width, info.height, options);
    const auto overlay_path = beside(out, ".overlay");
    const auto overlay = options_.attention
                             ? media::FrameWriter::create(overlay_path, info.width, info.height, options)
                             : nullptr;
    frames(*reader, 0, [&](int64_t, const StudioPicture& drawn) {
      writer->write(media::to_image(without_alpha(drawn.picture)));
      if (overlay) overlay->write(media::to_image(drawn.overlay));
    });
    writer->close();
    report_.written.push_back(out);
    if (!overlay) return;
    overlay->close();
    report_.written.push_back(overlay_path);
  }

  void film_to_folder(const fs::path& in, const fs::path& out) {
    open_folder(out);
    const auto reader = media::FrameReader::open(in);
    const auto path_of = [&](int64_t number) { return out / fmt::format("frame.{:06}.png", number); };
    int64_t next = reader->info().first_number;
    while (is_written(path_of(next))) ++next;
    report_.present = next - reader->info().first_number;
    if (report_.present > 0 && report_.present == reader->info().count) return;
    if (report_.present > 0) reader->seek(next);
    frames(*reader, report_.present,
           [&](int64_t number, const StudioPicture& drawn) { write_frame(path_of(number), drawn); });
  }

  void write_frame(const fs::path& path, StudioPicture drawn) {
    drawn.found_face = true;  // frames() has told of it.
    drawn.picture = without_alpha(drawn.picture);
    write(path, drawn);
  }

  TranslateOptions options_;
  media::FrameWriteOptions film_;
  std::shared_ptr<models::PictureTranslator> translator_;
  Studio studio_;
  nlohmann::ordered_json origin_;
  nlohmann::json by_;
  TranslateReport report_;
};

}  // namespace

TranslateReport translate(const std::vector<fs::path>& inputs, const fs::path& model, const fs::path& out,
                          const TranslateOptions& options, const media::FrameWriteOptions& film) {
  using models::Direction;
  if (inputs.empty()) fail(ErrorKind::BadRequest, "translate: no pictures are given");
  const auto gathered = gather(inputs);
  if (!options.both_ways)
    return Job(model, options, film, options.back ? Direction::Back : Direction::There).run(gathered, out);
  if (is_film(out) || is_picture(out))
    fail(ErrorKind::BadRequest, "translate: both ways need a folder, {} is the name of a file", out.string());
  auto report = Job(model, options, film, Direction::There).run(gathered, out / "there");
  auto back = Job(model, options, film, Direction::Back).run(gathered, out / "back");
  report.written.insert(report.written.end(), back.written.begin(), back.written.end());
  report.present += back.present;
  report.without_face.insert(report.without_face.end(), back.without_face.begin(), back.without_face.end());
  return report;
}

Image8 translate_picture(std::shared_ptr<models::PictureTranslator> translator, const Image8& picture,
                         const TranslateOptions& options) {
  return Studio(std::move(translator), options).translate(std::span(&picture, 1), false)[0].picture;
}

}  // namespace sakuga::film
