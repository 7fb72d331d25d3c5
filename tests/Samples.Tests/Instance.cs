using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Consensus.Samples.Tests;

/// <summary>One instance of a sample, in a process of its own, as its README starts it.</summary>
internal sealed class Instance : IDisposable
{
    /// <summary>Never asserted on: how long a test that hangs may take to say so.</summary>
    private static readonly TimeSpan SafetyLimit = TimeSpan.FromSeconds(90);

    private readonly string _program;
    private readonly string _folder;
    private readonly int _node;
    private readonly HttpClient _http;
    private Process? _process;

    /// <param name="program">The sample's assembly.</param>
    /// <param name="folder">Where its configuration is.</param>
    /// <param name="node">Its number.</param>
    /// <param name="address">Where callers reach it.</param>
    public Instance(string program, string folder, int node, Uri address)
    {
        (_program, _folder, _node) = (program, folder, node);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
    }

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, _program), "--node", $"{_node}"])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => TestContext.Progress.WriteLine($"{_node}: {line.Data}");
        _process.BeginOutputReadLine();
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks until the answer is a definite one.</summary>
    public async Task<(int Status, JsonNode? Body)> AskAsync(HttpMethod method, string path, object? body = null)
    {
        using var limit = new CancellationTokenSource(SafetyLimit);
        while (true)
        {
            if (_process!.HasExited)
            {
                throw new InvalidOperationException($"Instance {_node} ended with exit code {_process.ExitCode}.");
            }

            try
            {
                using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
                using var response = await _http.SendAsync(request);
                if ((int)response.StatusCode < 500)
                {
                    var text = await response.Content.ReadAsStringAsync();
                    return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }
    }

    public void Dispose()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
            running.WaitForExit();
        }

        _process?.Dispose();
        _http.Dispose();
    }
}
