using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Verification;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw verify --model DIR --reference FILE</c>: a model against numbers made elsewhere.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var model = new ModelOption();
        var reference = new Option<string>("--reference") { Description = "Numbers of the same model made by another program.", Required = true, HelpName = "FILE" };
        var json = new JsonOption();
        var verb = new Verb(
            "verify",
            "Compare logits, loss, gradients and AdamW steps of a model with reference numbers.",
            "thaw verify --model tests/golden/models/qwen3-micro --reference tests/golden/models/qwen3-micro/reference.json")
        { model, reference, json };
        verb.SetAction(parsed =>
        {
            using var reporting = Reporting.For(parsed, json);
            return Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(reference), reporting);
        });
        return verb;
    }

    internal static int Run(string modelFolder, string referenceFile, Reporting reporting)
    {
        var reference = ReferenceNumbers.Read(referenceFile);
        using var model = DecoderFolder.Read(modelFolder);
        var deviation = ModelVerifier.Compare(model, reference);
        Line("logits, greatest difference", deviation.LogitsAbsolute, ModelDeviation.LogitsBound);
        Line("loss, difference", deviation.LossAbsolute, ModelDeviation.LossBound);
        Line("gradient norms, greatest relative difference", deviation.GradientNormRelative, ModelDeviation.GradientBound);
        Line("AdamW losses, greatest difference", deviation.AdamWLossesAbsolute, ModelDeviation.AdamWBound);
        reporting.Say(deviation.IsWithinBounds ? "The model agrees with its reference." : "The model does NOT agree with its reference.");
        reporting.Result(new JsonObject
        {
            ["logits_max_abs"] = Number(deviation.LogitsAbsolute),
            ["loss_abs"] = Number(deviation.LossAbsolute),
            ["grad_norm_max_rel"] = Number(deviation.GradientNormRelative),
            ["adamw_losses_max_abs"] = Number(deviation.AdamWLossesAbsolute),
        });
        return deviation.IsWithinBounds ? ExitCode.Ok : ExitCode.Failed;

        void Line(string what, double value, double bound) =>
            reporting.Say(string.Create(CultureInfo.InvariantCulture, $"{what,-46} {value:0.0e+00}  (bound {bound:0e+00})"));
    }

    // JSON has no word for what is not a number.
    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}
