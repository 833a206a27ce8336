namespace Thaw.Cli.Configuration;

/// <summary>A run that goes on must have the settings that it was begun with, but for those that decide only how long it is, how it is watched, and where and in what pieces it is computed.</summary>
internal static class BegunSettings
{
    private static readonly HashSet<string> s_mayChange =
    [
        "output_dir", "model_dir", "resume_from_checkpoint", "max_steps", "num_train_epochs", "per_device_train_batch_size", "gradient_accumulation_steps", "micro_batch_size",
        "gradient_checkpointing", "save_steps", "save_total_limit", "logging_steps", "report_to", "eval_steps", "eval_instances", "eval_splits", "eval_max_time_share",
        "load_best_model_at_end", "metric_for_best_model", "greater_is_better", "early_stopping_patience", "early_stopping_threshold", "average_checkpoints", "device",
        "ddp_timeout", "ddp_backend", "peak_tflops", "lint", "lint_only", "log_completions", "num_completions_to_print", "max_rows", "max_cached_tokens", "max_sampler_gap", "rounds",
    ];

    /// <param name="path">Where the resolved configuration of the folder lies, if one was begun there.</param>
    /// <param name="configuration">The one of now.</param>
    /// <param name="otherwise">What the user can do instead.</param>
    /// <exception cref="InvalidDataException">A key has another value.</exception>
    public static void Require(string path, string configuration, string otherwise)
    {
        if (!File.Exists(path))
        {
            return;
        }

        var before = ConfigurationReader.Values(File.ReadAllText(path), path);
        foreach (var (key, now) in ConfigurationReader.Values(configuration, path))
        {
            // One that the file does not have is newer than the run.
            if (!s_mayChange.Contains(key) && before.TryGetValue(key, out var begun) && begun != now)
            {
                throw new InvalidDataException($"{path}: this run was begun with '{key}: {begun}', not '{key}: {now}'. {otherwise}");
            }
        }
    }
}
