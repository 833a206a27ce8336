using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Serving.Server;
using Thaw.Torch;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw serve --model DIR</c>: an OpenAI-compatible server until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var defaults = new ServeOptions();
        var model = new ModelOption();
        var adapter = new AdapterOption();
        var dtype = new DtypeOption();
        var name = new Option<string?>("--name") { Description = "Name by which clients ask for the model; that of the folder where nothing is said.", HelpName = "NAME" };
        var host = new Option<string>("--host") { Description = "Address to listen on; 0.0.0.0 lets other machines in.", HelpName = "H", DefaultValueFactory = _ => "127.0.0.1" };
        var port = new Option<int>("--port") { Description = "Port to listen on; 0 takes a free one.", HelpName = "P", DefaultValueFactory = _ => defaults.Port };
        var keyVariable = new Option<string?>("--api-key-env") { Description = "Environment variable with the key that clients must send; no key is asked for without it.", HelpName = "NAME" };
        var rows = Number("--max-rows", "Completions that are written at once; others wait.", defaults.MaxRows);
        var queue = Number("--max-queue", "Completions that may wait; beyond it clients get 429.", defaults.MaxQueue);
        var cached = Number("--max-cached-tokens", "Tokens whose keys and values are kept.", defaults.MaxCachedTokens);
        var context = new Option<int?>("--max-context") { Description = "Tokens of a prompt and its completion; the model's own limit where nothing is said.", HelpName = "N" };
        var body = Number("--max-body", "Bytes of a request.", defaults.MaxBodyBytes);
        var drain = Number("--drain", "Seconds for which running completions may go on after SIGTERM.", (int)defaults.DrainLimit.TotalSeconds);
        var device = new DeviceOption();
        var json = new JsonOption();
        var verb = new Verb(
            "serve",
            "Serve a model with OpenAI's HTTP interface: chat completions, completions, models, health and metrics.",
            "thaw serve --model models/base --port 8000")
        { model, adapter, name, host, port, keyVariable, rows, queue, cached, context, body, drain, device, dtype, json };
        verb.Notes = ["It runs until SIGTERM or Ctrl-C, then ends what runs and exits with 0. With --json the address is printed once it listens.", ""];
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var options = new ServeOptions
            {
                Host = HostOf(parsed.GetRequiredValue(host)),
                Port = Within(port.Name, parsed.GetValue(port), 0, ushort.MaxValue),
                Key = parsed.GetValue(keyVariable) is { } variable ? EndpointSettings.NamedKey(variable, "--api-key-env") : null,
                MaxRows = Within(rows.Name, parsed.GetValue(rows), 1, 1 << 16),
                MaxQueue = Within(queue.Name, parsed.GetValue(queue), 0, 1 << 20),
                MaxCachedTokens = Within(cached.Name, parsed.GetValue(cached), 2, int.MaxValue),
                MaxContext = parsed.GetValue(context),
                MaxBodyBytes = Within(body.Name, parsed.GetValue(body), 1, 1 << 30),
                DrainLimit = TimeSpan.FromSeconds(Within(drain.Name, parsed.GetValue(drain), 0, 86400)),
            };
            var (place, change) = (Device.Parse(parsed.GetRequiredValue(device)), parsed.GetValue(adapter));
            using var folder = ModelFolder.Load(
                parsed.GetRequiredValue(model), place, dtype.Read(parsed), AdapterFolder.ReaderOrNull(change, place));
            return await RunAsync(ServedModel.Of(folder, parsed.GetValue(name), change), options, reporting, cancellation);
        });
        return verb;
    }

    private static async Task<int> RunAsync(ServedModel model, ServeOptions options, Reporting reporting, CancellationToken cancellation)
    {
        await using var server = await ModelServer.StartAsync(model, options, reporting.Note, cancellation);
        if (!IPAddress.IsLoopback(options.Host) && options.Key is null)
        {
            reporting.Note("anyone who reaches this machine may ask the model: no --api-key-env was given");
        }

        if (model.Template is null)
        {
            reporting.Note($"'{model.Name}' has no chat template: /v1/completions answers, /v1/chat/completions does not");
        }

        reporting.Note($"serving '{model.Name}' at {server.Address}v1");
        reporting.Result(new JsonObject { ["url"] = $"{server.Address}v1", ["model"] = model.Name });

        var stopped = new TaskCompletionSource();
        await using var stopping = cancellation.Register(stopped.SetResult);
        await Task.WhenAny(stopped.Task, server.EngineCompletion);
        if (!cancellation.IsCancellationRequested)
        {
            await server.EngineCompletion;
            throw new InvalidOperationException("the engine ended by itself");
        }

        if (!await server.DrainAsync())
        {
            reporting.Note($"{server.Rows} completions were cut off after {options.DrainLimit.TotalSeconds} s");
        }

        return ExitCode.Ok;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };

    private static IPAddress HostOf(string text) => text == "localhost"
        ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address : throw new UsageException($"--host: '{text}' is no IP address");

    private static int Within(string flag, int value, int low, int high) =>
        value >= low && value <= high ? value : throw new UsageException($"{flag}: must lie between {low} and {high}, not {value}");
}
