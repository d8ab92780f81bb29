// A recipe: everything that determines a training run, read from TOML.
//
// Keys are dotted in messages and in --set ("optimiser.beta1"), tables in the file. The objective and the
// architectures decide which keys there are: a key that this recipe cannot use is an error that names the
// nearest one that it can. What the data set decides (tag inputs) and what stands elsewhere in the recipe
// (picture size) are no keys of the nets.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sakuga/core/fields.h"
#include "sakuga/train/augment.h"
#include "sakuga/train/objective_cartoon.h"
#include "sakuga/train/objective_dragan.h"
#include "sakuga/train/objective_identity.h"
#include "sakuga/train/objective_tagged.h"
#include "sakuga/train/objective_translation.h"

namespace sakuga::train {

// An architecture of models/catalog.h with all its options but "size" and "tags".
struct NetRecipe {
  std::string architecture;
  nlohmann::json options = nlohmann::json::object();
};

struct OptimiserOptions {
  double rate = 2e-4;  // Of the net that a run gives.
  double discriminator_rate = 2e-4;
  double beta1 = 0.5;
  double beta2 = 0.999;
  double decay = 0;
  double weight_decay = 0;
};

// When things happen, in pictures seen.
struct Schedule {
  int64_t log = 1'280;
  int64_t samples = 25'000;
  int64_t checkpoint = 25'000;
};

// The run's own score, which decides what "best" is. For generators the kernel distance (metrics/kid.h) of
// `pictures` drawn ones from the test split, in the eyes of `features`; without it, nothing is best.
// Taggers and embedders are always scored, by what they
// say of the test split, and detectors by what they find in scenes of their own.
struct ScoreOptions {
  std::string features;
  int64_t pictures = 1'000;
  int64_t every = 50'000;
};

// Scenes for a detector of faces (face_scene.h).
struct FacesOptions {
  int64_t heads = 2'400;
  int64_t most = 4;
  double empty = 0.25;
};

struct Recipe {
  std::string name;  // The file's stem; not a key.
  std::string title;
  std::string dataset;
  std::string target;  // The other side's data set, when translators are trained.
  std::string objective = "tagged";
  int64_t resolution = 64;
  int64_t pictures = 1'000'000;  // Length: pictures seen.
  int64_t batch = 64;
  int64_t seed = 0;
  double balance = 0;
  std::string start;
  std::string drawn_tags = "data";
  bool fresh_noise = false;
  bool conditional = true;
  double half_life = 20'000;
  std::string precision = "auto";
  int64_t memory_mib = 2'048;
  NetRecipe generator{.architecture = "tagged-generator"};
  NetRecipe discriminator{.architecture = "tagged-discriminator"};
  NetRecipe tagger{.architecture = "tagger"};
  NetRecipe embedder{.architecture = "embedder"};
  NetRecipe detector{.architecture = "face-detector"};
  DraganOptions dragan;
  TaggedOptions tagged;
  TranslationOptions translation;
  IdentityOptions identity;
  FacesOptions faces;
  CartoonOptions cartoon;
  OptimiserOptions optimiser;
  AugmentOptions augment;
  Schedule every;
  ScoreOptions score;

  bool trains_generator() const { return objective == "dragan" || objective == "tagged"; }
  bool knows_latents() const { return objective == "tagged" && tagged.likeness > 0; }
  bool trains_translators() const { return objective == "translation" || objective == "cartoon"; }
};

// Throws Error(NotFound), and Error(BadRequest) with file and line for what is not TOML, an unknown key, a
// wrong type or a value out of range. `settings` are "key=value" with a TOML value (a bare word is a string)
// and win over the file.
Recipe read_recipe(const std::filesystem::path& path, const std::vector<std::string>& settings = {});

// The same from text; `name` is what messages call it.
Recipe parse_recipe(const std::string& text, const std::string& name,
                    const std::vector<std::string>& settings = {});

// Every setting, defaults included; parse_recipe() reads it back.
std::string recipe_text(const Recipe& recipe);

// The keys in which two recipes differ, apart from those that a resumed run may change: its length, when
// things happen, where the data set lies, how much memory to use and what scores it.
std::vector<std::string> differences(const Recipe& run, const Recipe& wanted);

// Visits `options` under "table." without the names in `hidden`.
void visit_table(const std::string& table, auto& options, auto&& visit,
                 const std::vector<std::string>& hidden = {}) {
  visit_fields(options, [&](const std::string& name, auto& value, const core::Field& field) {
    for (const auto& other : hidden)
      if (name == other) return;
    visit(table + "." + name, value, field);
  });
}

void visit_fields(OptimiserOptions& options, auto&& visit) {
  using core::Field;
  visit("rate", options.rate,
        Field{.help = "learning rate of the generator, tagger, embedder or detector", .min = 0, .max = 1});
  visit("discriminator_rate", options.discriminator_rate,
        Field{.help = "learning rate of the discriminator", .min = 0, .max = 1});
  visit("beta1", options.beta1, Field{.help = "Adam's memory of the gradient", .min = 0, .max = 0.9999});
  visit("beta2", options.beta2, Field{.help = "Adam's memory of its square", .min = 0, .max = 0.999999});
  visit("decay", options.decay,
        Field{.help = "share of the run, at its end, in which the rates fall to zero", .min = 0, .max = 1});
  visit("weight_decay", options.weight_decay,
        Field{.help = "how much of a weight is added to its gradient", .min = 0, .max = 1});
}

void visit_fields(Schedule& every, auto&& visit) {
  using core::Field;
  visit("log", every.log, Field{.help = "pictures between lines of the log", .min = 1});
  visit("samples", every.samples, Field{.help = "pictures between sample grids", .min = 1});
  visit("checkpoint", every.checkpoint, Field{.help = "pictures between checkpoints", .min = 1});
}

void visit_fields(ScoreOptions& options, auto&& visit) {
  using core::Field;
  visit("features", options.features,
        Field{.help = "net whose features measure the distance (.safetensors); empty: none"});
  visit("pictures", options.pictures, Field{.help = "pictures drawn for a score", .min = 16, .max = 100'000});
  visit("every", options.every, Field{.help = "pictures between scores", .min = 1});
}

void visit_fields(FacesOptions& options, auto&& visit) {
  using core::Field;
  visit("heads", options.heads,
        Field{.help = "heads that the rig draws before the run begins", .min = 1, .max = 100'000});
  visit("most", options.most, Field{.help = "faces in a scene, at most", .min = 1, .max = 16});
  visit("empty", options.empty, Field{.help = "share of scenes without faces", .min = 0, .max = 1});
}

void visit_generator(Recipe& recipe, auto&& visit) {
  using core::Field;
  visit("conditional", recipe.conditional,
        Field{.help = "draw by tags; false: the data set's tags are not looked at"});
  visit("balance", recipe.balance,
        Field{.help = "how much more often pictures with rare tags are shown: 0 not at all, 1 as if all were "
                      "equally frequent",
              .min = 0,
              .max = 1});
  visit(
      "drawn_tags", recipe.drawn_tags,
      Field{.help =
                "tags to draw while training: those of the batch's pictures, or one of each group by chance",
            .choices = {"data", "chance"}});
  visit(
      "start", recipe.start,
      Field{.help =
                "model to begin with (.safetensors). With likeness it goes on with pictures of its own tags; "
                "else it keeps its tags, and those of the data set are not looked at"});
  visit("fresh_noise", recipe.fresh_noise, Field{.help = "draw anew for the generator's step, as published"});
  if (recipe.objective == "dragan") visit_table("dragan", recipe.dragan, visit);
  if (recipe.objective == "tagged") visit_table("tagged", recipe.tagged, visit);
}

// Translators are not helped by what distorts their pictures; only they cut squares out of larger ones.
inline std::vector<std::string> hidden_augment(const Recipe& recipe) {
  if (recipe.trains_translators()) return {"translation", "cutout", "brightness", "probability"};
  return {"enlarge"};
}

// Without the nets, whose tables ([generator] and [discriminator], [tagger], [embedder] or [detector]) are
// the catalog's options.
void visit_fields(Recipe& recipe, auto&& visit) {
  using core::Field;
  visit("title", recipe.title, Field{.help = "one line for the model's card"});
  visit("dataset", recipe.dataset, Field{.help = "data set to learn from (.dataset)"});
  visit("objective", recipe.objective,
        Field{.help = "what is learnt and how",
              .choices = {"cartoon", "dragan", "faces", "tagged", "tagger", "identity", "translation"}});
  visit("resolution", recipe.resolution, Field{.help = "picture size in pixels", .min = 16, .max = 1024});
  visit("pictures", recipe.pictures, Field{.help = "length of the run in pictures seen", .min = 1});
  // Only translators are published with batches of one; what normalises or compares a batch needs two.
  visit("batch", recipe.batch,
        Field{.help = "pictures in a step", .min = recipe.trains_translators() ? 1. : 2., .max = 4096});
  visit("seed", recipe.seed, Field{.help = "seed of everything random", .min = 0});
  visit("half_life", recipe.half_life,
        Field{.help = "half-life of the averaged weights in pictures", .min = 0});
  visit("precision", recipe.precision,
        Field{.help = "arithmetic of the convolutions", .choices = {"auto", "float32", "bfloat16"}});
  visit("memory_mib", recipe.memory_mib,
        Field{.help = "decoded pictures are kept up to this size", .min = 0});
  if (recipe.trains_generator()) visit_generator(recipe, visit);
  if (recipe.trains_translators()) {
    visit("target", recipe.target, Field{.help = "data set of the other side (.dataset)"});
    if (recipe.objective == "translation") visit_table("translation", recipe.translation, visit);
    if (recipe.objective == "cartoon") visit_table("cartoon", recipe.cartoon, visit);
  }
  if (recipe.objective == "identity") visit_table("identity", recipe.identity, visit);
  if (recipe.objective == "faces") visit_table("faces", recipe.faces, visit);
  const bool tagger = !recipe.trains_generator() && !recipe.trains_translators();
  visit_table("optimiser", recipe.optimiser, visit,
              tagger ? std::vector<std::string>{"discriminator_rate"} : std::vector<std::string>{});
  if (recipe.objective != "faces") visit_table("augment", recipe.augment, visit, hidden_augment(recipe));
  visit_table("every", recipe.every, visit);
  visit_table("score", recipe.score, visit,
              tagger ? std::vector<std::string>{"features", "pictures"} : std::vector<std::string>{});
}

}  // namespace sakuga::train
