using System.Text;

namespace Thaw.Cli.Output;

/// <summary>Where people are told things: once it cannot be written, as its disk is full or its reader gone, it is silent. The work goes on.</summary>
internal sealed class PatientWriter(TextWriter inner) : TextWriter
{
    private bool _isLost;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (!_isLost)
        {
            try
            {
                write();
            }
            catch (IOException)
            {
                _isLost = true;
            }
        }
    }
}
