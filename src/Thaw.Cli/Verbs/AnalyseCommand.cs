using System.CommandLine;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw analyse distance|drift|kl|interpolate</c>: what tuning did to a model.</summary>
internal static class AnalyseCommand
{
    public static Command Create() => new Verb(
        "analyse", "Compare a tuned model with its base: weights, distributions, and what lies between them.", "thaw analyse distance --model runs/a/checkpoint-800 --base models/base")
    {
        AnalyseDistance.Create(),
        AnalyseDrift.Create(),
        AnalyseDivergence.Create(),
        AnalyseInterpolation.Create(),
    };
}
