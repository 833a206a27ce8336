using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Analysis;

/// <summary>An adapter on every projection whose factors are all random, so that it changes all of them.</summary>
internal static class TinyAdapter
{
    public static string Write(string folder, DecoderConfig config, string baseModel = "base")
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        using var adapter = LoraAdapter.Fresh(config, new LoraOptions(2, 4, 0, [LoraTargets.AllLinear], false), 1, baseModel);
        foreach (var pair in adapter.Pairs)
        {
            pair.B.Value.FillNormal(0, 0.3);
        }

        Directory.CreateDirectory(folder);
        AdapterFolder.Write(folder, adapter);
        return folder;
    }
}
