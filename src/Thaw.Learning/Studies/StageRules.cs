using Thaw.Core.Text;
using Thaw.Learning.Collecting;
using Thaw.Learning.Grpo;
using Thaw.Learning.Preferences;
using Thaw.Learning.Sft;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Studies;

/// <summary>Whether the stages of a study fit together.</summary>
internal static class StageRules
{
    /// <exception cref="ArgumentException">A stage has no name or kind, refers to what is not before it, or sets what the study decides.</exception>
    public static void Require(StudyOptions options)
    {
        var known = new Dictionary<string, string>();
        foreach (var stage in options.Stages ?? [])
        {
            Check(StudyOptions.IsName(stage.Name), stage, $"has the name '{stage.Name}'; lower-case letters, digits and '-' are expected");
            Check(!known.ContainsKey(stage.Name), stage, "has the name of an earlier one");
            var kind = stage.KindOrNull;
            Check(kind is not null, stage, "must have exactly one of sft, grpo, collect, rft, dpo");
            if (stage.From is { } from)
            {
                var models = known.Where(other => other.Value != "collect").Select(other => other.Key).ToList();
                Check(models.Contains(from), stage, $"is from {NearestName.Describe("earlier stage with a checkpoint", from, models)}");
            }

            if (stage.Data is { } data)
            {
                var datasets = known.Where(other => other.Value == "collect").Select(other => other.Key).ToList();
                Check(kind is "sft" or "dpo", stage, $"is {kind}, which takes no data of another stage");
                Check(datasets.Contains(data), stage, $"takes the data of {NearestName.Describe("earlier collect stage", data, datasets)}");
            }

            CheckOwn(stage);
            CheckShared(options, stage);
            CheckSettings(options, stage);
            known.Add(stage.Name, kind!);
        }

        foreach (var (name, arm) in options.Arms.Where(arm => arm.Value.Stage is not null))
        {
            if (arm.Given.Keys.FirstOrDefault() is { } own)
            {
                throw new ArgumentException($"Key 'arms.{name}.{own}' has no meaning: the arm is the checkpoint of stage '{arm.Stage}'.");
            }

            var models = known.Where(other => other.Value != "collect").Select(other => other.Key).ToList();
            if (!models.Contains(arm.Stage!))
            {
                throw new ArgumentException($"Key 'arms.{name}.stage': {NearestName.Describe("stage with a checkpoint", arm.Stage!, models)}.");
            }
        }
    }

    // What the study decides must not be said again below, where it would have no effect.
    private static void CheckOwn(StudyStage stage)
    {
        string[] set =
        [
            .. Named("output_dir", stage.Sft?.OutputDir, stage.Grpo?.OutputDir, stage.Collect?.OutputDir, stage.Rft?.OutputDir, stage.Dpo?.OutputDir),
            .. Named("model_name_or_path", stage.Sft?.ModelNameOrPath, stage.Grpo?.ModelNameOrPath, stage.Collect?.ModelNameOrPath, stage.Rft?.ModelNameOrPath, stage.Dpo?.ModelNameOrPath),
            .. stage.Data is null ? [] : Named("dataset_name", stage.Sft?.DatasetName, stage.Dpo?.DatasetName),
        ];
        Check(set.Length == 0, stage, $"sets {string.Join(" and ", set)}, which the study decides");
        Check(stage.Sft is not { UsePeft: true } && stage.Grpo is not { UsePeft: true } && stage.Dpo is not { UsePeft: true }, stage, "trains an adapter (use_peft), from which no later stage can go on; train whole weights");
    }

    private static void CheckShared(StudyOptions options, StudyStage stage)
    {
        var (sft, grpo, dpo, collect, rft) = (new SftOptions(), new GrpoOptions(), new DpoOptions(), new CollectOptions(), new RftOptions());
        (string Key, bool IsSet)[] keys =
        [
            ("task", Differs(stage.Sft?.Task, sft.Task) || Differs(stage.Grpo?.Task, grpo.Task) || Differs(stage.Dpo?.Task, dpo.Task) || Differs(stage.Collect?.Task, collect.Task) || Differs(stage.Rft?.Task, rft.Task)),
            ("seed", Differs(stage.Sft?.Seed, sft.Seed) || Differs(stage.Grpo?.Seed, grpo.Seed) || Differs(stage.Dpo?.Seed, dpo.Seed) || Differs(stage.Collect?.Seed, collect.Seed) || Differs(stage.Rft?.Seed, rft.Seed)),
            ("eval_splits", stage.Sft is { EvalSplits.Count: > 0 } || stage.Grpo is { EvalSplits.Count: > 0 } || stage.Dpo is { EvalSplits.Count: > 0 } || stage.Rft is { Sft.EvalSplits.Count: > 0 }),
            ("format", options.Format is not null && (Differs(stage.Sft?.Format, sft.Format) || Differs(stage.Collect?.Format, collect.Format))),
        ];
        Check(!keys.Any(key => key.IsSet), stage, $"sets {string.Join(" and ", keys.Where(key => key.IsSet).Select(key => key.Key))}, which the study decides for all stages");

        static bool Differs<T>(T? own, T unsaid) => own is not null && !own.Equals(unsaid);
    }

    private static void CheckSettings(StudyOptions options, StudyStage stage)
    {
        var settings = new StageSettings(options, "stage", "model", stage.Data);
        Action validate = stage.Sft is { } sft ? settings.Of(sft).Validate : stage.Grpo is { } grpo ? settings.Of(grpo).Validate : stage.Dpo is { } dpo ? settings.Of(dpo).Validate
            : stage.Rft is { } rft ? settings.Of(rft).Validate : settings.Of(stage.Collect!).Validate;
        ValidatePart($"Stage '{stage.Name}'", validate);
    }

    private static IEnumerable<string> Named(string key, params string?[] values) => values.Any(value => value is { Length: > 0 }) ? [key] : [];

    private static void Check(bool condition, StudyStage stage, string cause)
    {
        if (!condition)
        {
            throw new ArgumentException($"Key 'stages': {(stage.Name.Length > 0 ? $"stage '{stage.Name}'" : "a stage")} {cause}.");
        }
    }
}
