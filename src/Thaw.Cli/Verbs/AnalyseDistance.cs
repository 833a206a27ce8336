using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Learning.Analysis;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw analyse distance</c>: how far the weights went.</summary>
internal static class AnalyseDistance
{
    public static Verb Create()
    {
        var (model, @base, output, json) = (AnalysisVerb.TunedOption(), AnalysisVerb.BaseOption(), AnalysisVerb.OutputOption("distance.json"), new JsonOption());
        var verb = new Verb(
            "distance",
            "Distance of a tuned model's weights from the base: L2, relative, greatest, by layer and by kind of tensor. Reads the files; loads no model.",
            "thaw analyse distance --model runs/a/checkpoint-800 --base models/base --json")
        { model, @base, output, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var (tuned, start) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(@base));
            return Task.FromResult(AnalysisVerb.Run(
                "distance",
                parsed.GetValue(output),
                () => RunRecord.Stamp("distance", reporting, new Dictionary<string, string> { ["model"] = tuned, ["base"] = start }, RunRecord.Describe("cpu", "Float64"), [], AnalysisVerb.Inputs(tuned, start)),
                _ => WeightDistance.Of(tuned, start, cancellation),
                AnalysisText.Table,
                reporting));
        });
        return verb;
    }
}
