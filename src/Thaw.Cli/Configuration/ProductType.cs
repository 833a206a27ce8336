using Thaw.Torch;

namespace Thaw.Cli.Configuration;

/// <summary>Whether a run multiplies in bfloat16, decided once: a run that goes on must not find another answer than it began with.</summary>
internal static class ProductType
{
    /// <param name="asked">What the configuration says; it wins.</param>
    /// <param name="begun">What the run was begun with; null where it is new.</param>
    /// <returns>Where neither says anything, what is faster on this machine.</returns>
    public static bool Resolve(bool? asked, bool? begun, string device) =>
        asked ?? begun ?? TorchRuntime.FastestType(Device.Parse(device)) == DType.BFloat16;

    /// <summary>The key of a resolved configuration; null where the file is not there. Whatever else an older version wrote into it is none of this one's business.</summary>
    /// <param name="key">With the blanks before it, where it is a key of a block.</param>
    public static bool? ReadOrNull(string yaml, string key = "bf16: ")
    {
        var line = File.Exists(yaml) ? File.ReadLines(yaml).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return bool.TryParse(line?[key.Length..], out var begun) ? begun : null;
    }
}
