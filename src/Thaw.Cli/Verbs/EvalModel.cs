using Thaw.Cli.Output;
using Thaw.Core.Generation;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Serving.Client;
using Thaw.Torch;

namespace Thaw.Cli.Verbs;

/// <summary>What <c>eval</c> plays with: a model in this process, or one behind an address.</summary>
internal sealed class EvalModel : IDisposable
{
    private const string JournalName = "answers.jsonl";

    private readonly IDisposable[] _resources;
    private readonly EndpointGenerator? _endpoint;
    private readonly string? _journal;

    private EvalModel(ITextGenerator generator, IDisposable[] resources, EndpointGenerator? endpoint = null, string? journal = null) =>
        (Generator, _resources, _endpoint, _journal) = (generator, resources, endpoint, journal);

    public ITextGenerator Generator { get; }

    /// <summary>Null for a local model, which costs nothing.</summary>
    public EndpointUsage? Usage => _endpoint?.Usage;

    public static EvalModel Open(EvalCommand.Request request, Reporting reporting)
    {
        if (request.Endpoint is not { } options)
        {
            var device = Device.Parse(request.Device);
            var model = ModelFolder.Load(request.Model, device, request.Type, AdapterFolder.ReaderOrNull(request.Adapter, device));
            var generator = model.Generator();
            return new EvalModel(generator, [generator, model]);
        }

        var journal = request.Output is null ? null : Path.Combine(request.Output, JournalName);
        var endpoint = new EndpointGenerator(options, journal, reporting.Note);
        return new EvalModel(endpoint, [endpoint], endpoint, journal);
    }

    /// <summary>Closes the model. Its kept answers go once the results are written: kept longer, they would answer for another model of the same name.</summary>
    public void Finish()
    {
        Dispose();
        if (_journal is not null)
        {
            File.Delete(_journal);
        }
    }

    public void Dispose() => Array.ForEach(_resources, resource => resource.Dispose());
}
