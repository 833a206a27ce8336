using System.Text.Json.Nodes;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>The mean of the weights of some checkpoints, as a folder of its own (arXiv:1803.05407).</summary>
internal static class CheckpointAverage
{
    public const string FolderName = "averaged";

    /// <summary>Makes <paramref name="model"/> hold the mean, taken in float64, and writes it.</summary>
    /// <returns>The folder.</returns>
    public static string Write(string outputDir, IReadOnlyList<int> steps, Decoder model, Action<string> writeExtras)
    {
        Load(outputDir, steps, model);
        var folder = Path.Combine(outputDir, FolderName);
        AtomicFile.WriteFolder(folder, temporary =>
        {
            writeExtras(temporary);
            TrainingCheckpoint.WriteWeights(temporary, model);
            var names = new JsonArray([.. steps.Select(step => (JsonNode)JsonValue.Create(TrainingCheckpoint.NameOf(step)))]);
            AtomicFile.WriteText(Path.Combine(temporary, "averaged_from.json"), new JsonObject { ["checkpoints"] = names }.ToJsonString() + "\n");
        });
        return folder;
    }

    private static void Load(string outputDir, IReadOnlyList<int> steps, Decoder model)
    {
        using var noGrad = new NoGradScope();
        var sources = steps.Select(step => TrainingCheckpoint.OpenWeights(TrainingCheckpoint.PathOf(outputDir, step), model)).ToList();
        try
        {
            foreach (var parameter in model.TrainedParameters.Where(p => p.IsTrainable))
            {
                using var scope = new TensorScope();
                var shape = parameter.Value.Shape.ToArray();
                var sum = Tensor.Zeros(shape, DType.Float64, model.Device);
                foreach (var source in sources)
                {
                    using var piece = new TensorScope();
                    sum.AddInPlace(source.ReadFloat32(parameter.Name, shape, model.Device).Cast(DType.Float64));
                }

                parameter.Value.CopyFrom((sum * (1.0 / sources.Count)).Cast(DType.Float32));
            }
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }
}
