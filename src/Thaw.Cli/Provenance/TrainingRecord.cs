using Thaw.Cli.Configuration;
using Thaw.Cli.Output;
using Thaw.Learning.Training;

namespace Thaw.Cli.Provenance;

/// <summary>The record of a verb that trains: such work goes on from checkpoints, and may find that nothing is left to do.</summary>
internal static class TrainingRecord
{
    /// <param name="verb">The resolved configuration is written to <c>VERB.yaml</c>.</param>
    /// <exception cref="InvalidDataException">The run in the folder was begun with other settings.</exception>
    /// <inheritdoc cref="RunRecord.Around"/>
    public static T Around<T>(string verb, TrainingOptions options, string configuration, Reporting reporting, Func<T> work)
    {
        var file = verb + ".yaml";
        var (goesOn, newest) = (options.GoesOn(), options.NewestStep());
        if (goesOn)
        {
            BegunSettings.Require(
                Path.Combine(options.OutputDir, file),
                configuration,
                "Choose another output_dir, or say resume_from_checkpoint never to begin anew; its checkpoints are then set aside.");
        }

        var stamp = RunRecord.Stamp(verb, reporting, options, RunRecord.Describe(options.Device, options.ComputeType()), [options.Seed], options.Inputs());
        return RunRecord.Around(options.OutputDir, stamp, work, (file, configuration), goesOn, _ => goesOn && options.NewestStep() == newest);
    }
}
