using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Verification;
using Thaw.Torch;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw verify --model DIR --reference FILE</c>: a model against numbers made elsewhere.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var reference = new Option<string>("--reference") { Description = "Numbers of the same model made by another program.", Required = true, HelpName = "FILE" };
        var device = CommonOptions.Device();
        var dtype = new Option<string>("--dtype") { Description = "What matrices are multiplied in: float32 or bfloat16, which has bounds of its own.", HelpName = "T", DefaultValueFactory = _ => "float32" };
        var json = CommonOptions.Json();
        var verb = new Verb(
            "verify",
            "Compare logits, loss, gradients and AdamW steps of a model with reference numbers.",
            "thaw verify --model tests/golden/models/qwen3-micro --reference tests/golden/models/qwen3-micro/reference.json")
        { model, reference, device, dtype, json };
        verb.SetAction(parsed =>
        {
            using var reporting = Reporting.For(parsed, json);
            var type = CommonOptions.WeightTypeOf(parsed.GetRequiredValue(dtype)) switch
            {
                WeightType.Float32 => DType.Float32,
                WeightType.Bfloat16 => DType.BFloat16,
                _ => throw new UsageException($"--dtype: float32 or bfloat16 is expected, not '{parsed.GetValue(dtype)}'"),
            };
            return Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(reference), Device.Parse(parsed.GetRequiredValue(device)), type, reporting);
        });
        return verb;
    }

    internal static int Run(string modelFolder, string referenceFile, Device device, DType type, Reporting reporting)
    {
        var reference = ReferenceNumbers.Read(referenceFile);
        using var model = DecoderFolder.Read(modelFolder, device, WeightType.Float32);
        model.ComputeType = type;
        var deviation = ModelVerifier.Compare(model, reference);
        var bounds = ModelDeviation.BoundsFor(type);
        var isWithin = deviation.IsWithin(bounds);
        Line("logits, greatest difference", deviation.LogitsAbsolute, bounds.LogitsAbsolute);
        Line("loss, difference", deviation.LossAbsolute, bounds.LossAbsolute);
        Line("gradient norms, greatest relative difference", deviation.GradientNormRelative, bounds.GradientNormRelative);
        Line("AdamW losses, greatest difference", deviation.AdamWLossesAbsolute, bounds.AdamWLossesAbsolute);
        reporting.Say(isWithin ? "The model agrees with its reference." : "The model does NOT agree with its reference.");
        reporting.Result(new JsonObject
        {
            ["logits_max_abs"] = Number(deviation.LogitsAbsolute),
            ["loss_abs"] = Number(deviation.LossAbsolute),
            ["grad_norm_max_rel"] = Number(deviation.GradientNormRelative),
            ["adamw_losses_max_abs"] = Number(deviation.AdamWLossesAbsolute),
        });
        return isWithin ? ExitCode.Ok : ExitCode.Failed;

        void Line(string what, double value, double bound) =>
            reporting.Say(string.Create(CultureInfo.InvariantCulture, $"{what,-46} {value:0.0e+00}  (bound {bound:0e+00})"));
    }

    // JSON has no word for what is not a number.
    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}
