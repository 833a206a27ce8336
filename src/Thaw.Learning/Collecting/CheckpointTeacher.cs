using Thaw.Core.Generation;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;
using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Collecting;

/// <summary>A model in this process: one engine with continuous batching, in which all samples of a prompt share its keys and values.</summary>
internal sealed class CheckpointTeacher : ITeacher
{
    private static readonly EngineLimits s_limits = new();

    private readonly CollectOptions _options;
    private readonly ModelFolder _model;
    private readonly GenerationEngine _engine;
    private readonly List<(SampleRequest Request, GenerationRow Row)> _running = [];

    public CheckpointTeacher(CollectOptions options, string id)
    {
        (_options, Id) = (options, id);
        var device = Device.Parse(options.Device);
        _model = ModelFolder.Load(options.ModelNameOrPath, device, options.Dtype, AdapterFolder.ReaderOrNull(options.AdapterNameOrPath is { Length: > 0 } adapter ? adapter : null, device));
        _model.Decoder.ComputeType = options.ComputeType;
        _engine = new GenerationEngine(_model.Decoder, _model.Tokenizer, _model.StopIds, s_limits);
    }

    public string Id { get; }

    public int Capacity => 2 * s_limits.MaxRows;

    /// <exception cref="InvalidDataException">Prompt and new tokens do not fit into the model's positions.</exception>
    public void Ask(SampleRequest request)
    {
        try
        {
            var ids = _model.Tokenizer.Encode(request.Prompt.Row.Prompt);
            _running.Add((request, _engine.Add(new GenerationRequest(ids, _options.Sampling with { Seed = request.Seed }))));
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{(_options.DatasetName.Length > 0 ? _options.DatasetName : _options.Task)}: prompt {request.Prompt.Id}: {error.Message}", error);
        }
    }

    public IReadOnlyList<(SampleRequest Request, TeacherAnswer Answer)> Step(CancellationToken cancellation)
    {
        _engine.Step(cancellation);
        var ended = _running.FindAll(pair => pair.Row.Finish is not null);
        _running.RemoveAll(pair => pair.Row.Finish is not null);
        return ended.ConvertAll(pair => (pair.Request, new TeacherAnswer(pair.Row.Text, pair.Row.Finish!.Value, pair.Row.Tokens.Count, HasSameTokens(pair.Row))));
    }

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
    }

    // A training run encodes the text and puts the first stop token behind it.
    private bool HasSameTokens(GenerationRow row) =>
        (row.Finish == FinishReason.Length || row.StopToken?.Id == _model.StopIds[0])
        && _model.Tokenizer.Encode(row.Text).SequenceEqual(row.Tokens.Select(token => token.Id));
}
