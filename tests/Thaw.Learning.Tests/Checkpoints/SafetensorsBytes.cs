using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Thaw.Learning.Tests.Checkpoints;

/// <summary>Safetensors made and taken apart by hand, so that reader and writer are not only held against each other.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Make(string header, int dataBytes, long? claimedHeaderBytes = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, claimedHeaderBytes ?? json.Length);
        json.CopyTo(file, 8);
        for (var i = 0; i < dataBytes; i++)
        {
            file[8 + json.Length + i] = (byte)i;
        }

        return file;
    }

    public static (JsonObject Header, int DataStart) Parse(byte[] file)
    {
        var length = (int)BitConverter.ToInt64(file, 0);
        return (JsonNode.Parse(Encoding.UTF8.GetString(file, 8, length))!.AsObject(), 8 + length);
    }

    public static byte[] NumbersOf(byte[] file, string name)
    {
        var (header, start) = Parse(file);
        var offsets = header[name]!["data_offsets"]!.AsArray();
        return file[(start + (int)offsets[0]!)..(start + (int)offsets[1]!)];
    }
}
