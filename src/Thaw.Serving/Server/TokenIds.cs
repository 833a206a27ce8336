using System.Text.Json;

namespace Thaw.Serving.Server;

/// <summary>Lists of token ids in a request.</summary>
internal static class TokenIds
{
    /// <exception cref="ApiException">Not a list of ids of the vocabulary.</exception>
    public static int[] Read(JsonElement list, string param, int vocabulary)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Parameters.WrongKind(param, "a list of token ids");
        }

        var ids = new int[list.GetArrayLength()];
        var place = 0;
        foreach (var item in list.EnumerateArray())
        {
            ids[place++] = item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var id) && id >= 0 && id < vocabulary
                ? id
                : throw ApiException.Invalid(param, $"'{param}[{place - 1}]' is no token id; they are below {vocabulary}.");
        }

        return ids;
    }
}
