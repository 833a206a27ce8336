using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Thaw.Cli.Tests.Verbs;

/// <summary><c>thaw serve</c> as a process of its own, which can be killed.</summary>
internal sealed class ServedProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServedProcess(Process process, JsonObject listening) => (_process, Url) = (process, (string)listening["url"]!);

    public string Url { get; }

    /// <summary>Returns when the server listens.</summary>
    public static async Task<ServedProcess> StartAsync(string model, int port = 0)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "serve", "--model", model, "--port", $"{port}", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        return line is null
            ? throw new InvalidOperationException($"thaw serve ended: {await error}")
            : new ServedProcess(process, JsonNode.Parse(line)!.AsObject());
    }

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>What <c>kill -9</c> does.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync().WaitAsync(s_patience);
    }

    /// <summary>What <c>kill</c> does.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", $"{_process.Id}"))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
