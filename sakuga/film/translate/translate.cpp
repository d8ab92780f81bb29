#include "sakuga/film/translate/translate.h"

#include <nlohmann/json.hpp>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/files.h"
#include "sakuga/core/hash.h"
#include "sakuga/core/progress.h"
#include "sakuga/data/licence.h"
#include "sakuga/film/translate/inputs.h"
#include "sakuga/film/translate/studio.h"
#include "sakuga/media/colour.h"

namespace sakuga::film {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;
using media::Image8;

fs::path beside(const fs::path& file, const std::string& what) {
  auto name = file;
  return name.replace_extension(what + file.extension().string());
}

class Job {
 public:
  Job(const fs::path& model, const TranslateOptions& options, const media::FrameWriteOptions& film)
      : options_(options),
        film_(film),
        translator_(models::PictureTranslator::load(
            model, options.back ? models::Direction::Back : models::Direction::There)),
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
    by_ = {{"model", translator_->sha256()}, {"options", nlohmann::json(core::fields_to_json(settings))}};
    by_["options"].erase("batch");
    by_["options"].erase("frames");
    media::parse_frames(options.frames, range_);
  }

  TranslateReport run(const TranslateInputs& inputs, const fs::path& out) {
    if (!inputs.films.empty())
      is_film(out) ? film_to_film(inputs.films[0], out) : film_to_folder(inputs.films[0], out);
    else
      pictures(inputs, out);
    return std::move(report_);
  }

 private:
  void pictures(const TranslateInputs& inputs, const fs::path& out) {
    const bool one = inputs.pictures.size() == 1 && !inputs.folder && is_picture(out);
    if (!one) open_folder(out, by_);
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
    tell(path.filename().string(), drawn);
  }

  static Image8 without_alpha(const Image8& picture) {
    Image8 result(picture.width, picture.height, 3);
    for (int y = 0; y < picture.height; ++y)
      for (int x = 0; x < picture.width; ++x) std::copy_n(picture.at(x, y), 3, result.at(x, y));
    return picture.channels == 4 ? result : picture;
  }

  bool is_written(const fs::path& path) const { return fs::exists(path); }

  void open_folder(const fs::path& out, const nlohmann::json& by) {
    if (fs::exists(out) && !fs::is_directory(out))
      fail(ErrorKind::BadRequest, "translate: {} is a file, expected a folder for several pictures",
           out.string());
    fs::create_directories(out);
    if (!fs::exists(out / kNote)) return core::write_file(out / kNote, by.dump(2) + "\n");
    if (!is_ours(out, by))
      fail(ErrorKind::BadRequest,
           "translate: {} holds pictures of another model, film or other options; choose another folder",
           out.string());
  }

  static bool is_ours(const fs::path& folder, const nlohmann::json& by) {
    return nlohmann::json::parse(core::read_text(folder / kNote), nullptr, false) == by;
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

  // By way of single pictures, so that a killed run goes on where it stopped.
  void film_to_film(const fs::path& in, const fs::path& out) {
    const auto work = work_folder(out, film_by(in));
    // Made first: what cannot be written should be said before anything is drawn.
    const auto info = media::FrameReader::open(in, range_)->info();
    const auto overlay_path = beside(out, ".overlay");
    const auto writer = film_writer(in, info, out);
    const auto overlay = options_.attention ? film_writer(in, info, overlay_path) : nullptr;
    film_to_folder(in, work);
    report_.written.clear();
    encode(info, work, "", *writer, out);
    if (overlay) encode(info, work, ".overlay", *overlay, overlay_path);
    fs::remove_all(work);
  }

  // OUT.translate, without what was drawn of another film or otherwise.
  static fs::path work_folder(const fs::path& out, const nlohmann::json& by) {
    auto work = out;
    work += ".translate";
    if (!fs::exists(work / kNote)) {
      if (fs::exists(work) && (!fs::is_directory(work) || !fs::is_empty(work)))
        fail(ErrorKind::BadRequest, "translate: {} is in the way of the frames to be drawn; move it",
             work.string());
    } else if (!is_ours(work, by)) {
      fs::remove_all(work);
    }
    return work;
  }

  std::unique_ptr<media::FrameWriter> film_writer(const fs::path& in, const media::FramesInfo& info,
                                                  const fs::path& out) const {
    auto options = film_;
    options.rate = info.rate;
    options.alpha = false;
    options.comment = origin_.dump();
    options.sound_from = in;
    options.sound_start_s = info.start_s;
    if (range_.last) options.sound_length_s = double(info.count) / info.rate.value();
    return media::FrameWriter::create(out, info.width, info.height, options);
  }

  void encode(const media::FramesInfo& info, const fs::path& work, const std::string& what,
              media::FrameWriter& writer, const fs::path& out) {
    for (int64_t number = info.first_number; is_written(frame_of(work, number)); ++number) {
      core::check_interrupt();
      if (range_.last && number > *range_.last) break;
      writer.write(media::to_image(media::read_image8(beside(frame_of(work, number), what))));
    }
    writer.close();
    report_.written.push_back(out);
  }

  static fs::path frame_of(const fs::path& folder, int64_t number) {
    return folder / fmt::format("frame.{:06}.png", number);
  }

  // Of which film, too: another one's frames are not to be kept.
  nlohmann::json film_by(const fs::path& in) const {
    auto by = by_;
    by["film"] = core::sha256_file(in);
    return by;
  }

  void film_to_folder(const fs::path& in, const fs::path& out) {
    open_folder(out, film_by(in));
    const auto reader = media::FrameReader::open(in, range_);
    const auto& info = reader->info();
    int64_t next = info.first_number;
    while (is_written(frame_of(out, next)) && next <= range_.last.value_or(next)) ++next;
    report_.present = next - info.first_number;
    if (report_.present > 0 && report_.present == info.count) return;
    if (report_.present > 0) look_back(*reader, next);
    frames(*reader, report_.present,
           [&](int64_t number, const StudioPicture& drawn) { write_frame(frame_of(out, number), drawn); });
  }

  // Leaves the reader before frame `next` and the studio as if it had drawn those before: only a face's place
  // is carried from frame to frame, and it forgets within a second.
  void look_back(media::FrameReader& reader, int64_t next) {
    constexpr int64_t kMemory = 32;
    if (!studio_.finds_faces()) return reader.seek(next);
    reader.seek(std::max(reader.info().first_number, next - kMemory));
    media::Image frame;
    while (reader.number() < next - 1 && reader.read(frame)) studio_.follow(media::to_image8(frame));
  }

  void write_frame(const fs::path& path, StudioPicture drawn) {
    drawn.picture = without_alpha(drawn.picture);
    write(path, drawn);
  }

  void tell(const std::string& name, const StudioPicture& drawn) {
    if (!drawn.found_face) report_.without_face.push_back(name);
    if (drawn.distance > 1) report_.far.push_back({name, drawn.distance});
  }

  static constexpr const char* kNote = "translate.json";

  TranslateOptions options_;
  media::FrameReadOptions range_;
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
  if (inputs.empty()) fail(ErrorKind::BadRequest, "translate: no pictures are given");
  media::FrameReadOptions range;
  media::parse_frames(options.frames, range);
  const auto gathered = gather_inputs(inputs, range);
  if (!options.both_ways) return Job(model, options, film).run(gathered, out);
  if (is_film(out) || is_picture(out))
    fail(ErrorKind::BadRequest, "translate: both ways need a folder, {} is the name of a file", out.string());
  auto one_way = options;
  one_way.back = false;
  auto report = Job(model, one_way, film).run(gathered, out / "there");
  one_way.back = true;
  auto back = Job(model, one_way, film).run(gathered, out / "back");
  report.written.insert(report.written.end(), back.written.begin(), back.written.end());
  report.present += back.present;
  report.without_face.insert(report.without_face.end(), back.without_face.begin(), back.without_face.end());
  report.far.insert(report.far.end(), back.far.begin(), back.far.end());
  return report;
}

Image8 translate_picture(std::shared_ptr<models::PictureTranslator> translator, const Image8& picture,
                         const TranslateOptions& options) {
  return Studio(std::move(translator), options).translate(std::span(&picture, 1), false)[0].picture;
}

}  // namespace sakuga::film
