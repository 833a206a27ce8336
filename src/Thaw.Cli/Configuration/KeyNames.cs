using System.Text;

namespace Thaw.Cli.Configuration;

/// <summary>The spelling of configuration keys: <c>PerDeviceTrainBatchSize</c> is <c>per_device_train_batch_size</c>.</summary>
internal static class KeyNames
{
    public static string FromProperty(string property)
    {
        var key = new StringBuilder(property.Length + 8);
        foreach (var letter in property)
        {
            if (char.IsUpper(letter) && key.Length > 0)
            {
                key.Append('_');
            }

            key.Append(char.ToLowerInvariant(letter));
        }

        return key.ToString();
    }

    /// <summary>Whether a person who wrote <paramref name="written"/> meant <paramref name="key"/>: - is as good as _.</summary>
    public static bool Matches(string written, string key) => written.Replace('-', '_') == key;
}
