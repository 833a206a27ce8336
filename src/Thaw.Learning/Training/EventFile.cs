using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;

namespace Thaw.Learning.Training;

/// <summary>A TensorBoard event file: scalars over steps.</summary>
/// <remarks>
/// TensorFlow's record format (length, its checksum, bytes, their checksum) around <c>Event</c> messages. Every start of a run has a
/// file of its own that begins with a session mark, by which TensorBoard forgets later steps of a run that was cut off.
/// </remarks>
public sealed class EventFile : IDisposable
{
    // Field numbers of tensorflow/core/util/event.proto and framework/summary.proto.
    private const int WallTime = 1;
    private const int StepNumber = 2;
    private const int FileVersion = 3;
    private const int Summary = 5;
    private const int SessionLog = 7;
    private const int SessionStatus = 1;
    private const int SessionStart = 1;
    private const int SummaryValue = 1;
    private const int ValueTag = 1;
    private const int SimpleValue = 2;

    private readonly string _folder;
    private readonly int _lastStep;
    private readonly TimeProvider _clock;
    private FileStream? _stream;

    /// <summary>Makes no file until there is something to write.</summary>
    /// <param name="lastStep">Steps after it that stand in older files of the folder no longer count.</param>
    public EventFile(string folder, int lastStep, TimeProvider? clock = null) => (_folder, _lastStep, _clock) = (folder, lastStep, clock ?? TimeProvider.System);

    public void Append(int step, IEnumerable<KeyValuePair<string, double>> values)
    {
        _stream ??= Open();
        Write(_stream, step, output => WriteMessage(output, Summary, summary =>
        {
            foreach (var (tag, value) in values)
            {
                WriteMessage(summary, SummaryValue, inner =>
                {
                    inner.WriteTag(ValueTag, WireFormat.WireType.LengthDelimited);
                    inner.WriteString(tag);
                    inner.WriteTag(SimpleValue, WireFormat.WireType.Fixed32);
                    inner.WriteFloat((float)value);
                });
            }
        }));
        _stream.Flush();
    }

    public void Dispose() => _stream?.Dispose();

    /// <summary>CRC-32C turned and shifted, as TensorFlow stores it so that checksums of checksums stay good.</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = ~0u;
        foreach (var value in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return unchecked(BitOperations.RotateRight(~checksum, 15) + 0xA282EAD8u);
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(_folder);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"events.out.tfevents.{_clock.GetUtcNow().ToUnixTimeMilliseconds():0000000000000}.{Environment.MachineName}.{Environment.ProcessId}");
        var stream = new FileStream(Path.Combine(_folder, name), FileMode.Create, FileAccess.Write, FileShare.Read);
        Write(stream, 0, output =>
        {
            output.WriteTag(FileVersion, WireFormat.WireType.LengthDelimited);
            output.WriteString("brain.Event:2");
        });
        Write(stream, _lastStep + 1, output => WriteMessage(output, SessionLog, inner =>
        {
            inner.WriteTag(SessionStatus, WireFormat.WireType.Varint);
            inner.WriteEnum(SessionStart);
        }));
        return stream;
    }

    private void Write(FileStream stream, int step, Action<CodedOutputStream> write)
    {
        var message = Message(output =>
        {
            output.WriteTag(WallTime, WireFormat.WireType.Fixed64);
            output.WriteDouble(_clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
            output.WriteTag(StepNumber, WireFormat.WireType.Varint);
            output.WriteInt64(step);
            write(output);
        });
        Span<byte> frame = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(frame, message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], MaskedChecksum(frame[..8]));
        stream.Write(frame);
        stream.Write(message);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, MaskedChecksum(message));
        stream.Write(frame[..4]);
    }

    private static void WriteMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(output);
        }

        return bytes.ToArray();
    }
}
