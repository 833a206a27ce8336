using System.Text;
using Google.Protobuf;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

public sealed class EventFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MaskedChecksum_OfTheStandardExample_IsItsCrcTurnedAndShifted()
    {
        // The check value of CRC-32C is that of "123456789"; the mask is TensorFlow's.
        const uint Crc = 0xE3069283;
        var turned = (Crc >> 15) | (Crc << 17);

        Assert.Equal(unchecked(turned + 0xA282EAD8), EventFile.MaskedChecksum("123456789"u8));
    }

    [Fact]
    public void Append_WritesRecordsThatAReaderFindsWhole()
    {
        using (var file = new EventFile(_folder["logs"], lastStep: 4))
        {
            file.Append(5, [new("loss", 0.25), new("eval/id/success", 1)]);
        }

        var records = Records(File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder["logs"], "events.out.tfevents.*")))).ToList();

        Assert.Equal(3, records.Count);
        Assert.Contains("brain.Event:2", Encoding.UTF8.GetString(records[0]), StringComparison.Ordinal);
        Assert.Equal((5, ""), Read(records[1]));
        Assert.Equal((5, "loss=0.25 eval/id/success=1"), Read(records[2]));
    }

    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (var place = 0; place < file.Length;)
        {
            var length = (int)BitConverter.ToInt64(file, place);
            Assert.Equal(EventFile.MaskedChecksum(file.AsSpan(place, 8)), BitConverter.ToUInt32(file, place + 8));
            var message = file.AsSpan(place + 12, length).ToArray();
            Assert.Equal(EventFile.MaskedChecksum(message), BitConverter.ToUInt32(file, place + 12 + length));
            yield return message;
            place += 16 + length;
        }
    }

    private static (long Step, string Values) Read(byte[] message)
    {
        var input = new CodedInputStream(message);
        var (step, values) = (0L, "");
        while (input.ReadTag() is not 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 2:
                    step = input.ReadInt64();
                    break;
                case 5:
                    values = ReadSummary(input.ReadBytes().CreateCodedInput());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return (step, values);
    }

    private static string ReadSummary(CodedInputStream summary)
    {
        var values = new List<string>();
        while (summary.ReadTag() != 0)
        {
            var value = summary.ReadBytes().CreateCodedInput();
            value.ReadTag();
            var name = value.ReadString();
            value.ReadTag();
            values.Add(FormattableString.Invariant($"{name}={value.ReadFloat()}"));
        }

        return string.Join(' ', values);
    }
}
