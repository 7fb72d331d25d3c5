using System.Net;
using System.Net.Sockets;
using Consensus.Cli.Output;
using Consensus.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Consensus.Cli.Nodes;

/// <summary>One node of a cluster with its HTTP API, as an application would embed it.</summary>
internal sealed class NodeHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Report _report;

    private NodeHost(WebApplication application, Report report)
    {
        _application = application;
        _report = report;
    }

    /// <summary>Its settings.</summary>
    public ConsensusOptions Options => _application.Services.GetRequiredService<ConsensusOptions>();

    /// <summary>Puts a node together; nothing runs yet.</summary>
    /// <param name="configuration">Its configuration file.</param>
    /// <param name="report">Told when it is ready.</param>
    /// <param name="adjust">Changes what it is put together from, if anything is to be otherwise.</param>
    /// <exception cref="UsageException">The file is missing or cannot be read.</exception>
    /// <exception cref="OptionsValidationException">The settings in it are invalid; it has all problems.</exception>
    public static NodeHost Create(string configuration, Report report, Action<IHostApplicationBuilder>? adjust = null)
    {
        var path = Path.GetFullPath(configuration);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var file = ConfigurationFile.Read(path);
        if (file.Problems.Count == 0)
        {
            builder.Logging.AddConfiguration(file.Settings.GetSection(ConfigurationFile.LoggingSection));
        }

        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // Why a host does not start is the command's to tell, in one sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddSingleton<IValidateOptions<ConsensusOptions>>(new StandaloneOptionsValidator(file.Problems));
        builder.Services.AddRouting();
        builder.Services
            .AddConsensus(file.Settings.GetSection(ConfigurationFile.NodeSection))
            .Configure(options => ResolvePaths(path, options));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services
            .AddOptions<KestrelServerOptions>()
            .Configure<ConsensusOptions, TimeProvider, ILogger<NodeHost>>((kestrel, options, time, logger) =>
                kestrel.Listen(IPEndPoint.Parse(options.Http.Listen), listen => Secure(listen, ApiCertificate.Open(options.Http, time, logger))));

        adjust?.Invoke(builder);
        var application = builder.Build();
        application.MapConsensus();
        return new NodeHost(application, report);
    }

    /// <summary>Runs the node until it is told to stop; a leader hands over first.</summary>
    /// <exception cref="UsageException">The HTTP API cannot be served where the configuration says.</exception>
    /// <exception cref="ConsensusException">The node cannot start.</exception>
    /// <exception cref="CommandFailedException">The node stopped without having been told to.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        TellReady();
        await _application.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        if (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException("The node has stopped by itself; what it logged last says why.");
        }
    }

    /// <summary>Starts the node.</summary>
    /// <exception cref="UsageException">The HTTP API cannot be served where the configuration says.</exception>
    /// <exception cref="ConsensusException">The node cannot start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException { InnerException: AddressInUseException })
        {
            // The replica reports its own port itself; this is the web server's.
            var listen = Options.Http.Listen;
            var reason = exception is SocketException ? exception.Message : "Address already in use";
            throw new UsageException(
                $"{ConfigurationFile.NodeSection}:Http:Listen is \"{listen}\", where this node cannot listen ({reason}); allowed: an address of this machine with a port that no other program uses.");
        }
    }

    /// <summary>Stops the node that was started; a leader hands over first.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Secure(ListenOptions listen, ApiCertificate? certificate)
    {
        if (certificate is not null)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.ServerOptions) });
        }
    }

    private static void ResolvePaths(string configuration, ConsensusOptions options)
    {
        var tls = options.Transport.Tls;
        options.DataDirectory = Beside(configuration, options.DataDirectory);
        options.SigningKeyFile = Beside(configuration, options.SigningKeyFile);
        tls.CertificateFile = Beside(configuration, tls.CertificateFile);
        tls.KeyFile = Beside(configuration, tls.KeyFile);
        tls.AuthorityFile = Beside(configuration, tls.AuthorityFile);
        options.Http.CertificateFile = Beside(configuration, options.Http.CertificateFile);
        options.Http.KeyFile = Beside(configuration, options.Http.KeyFile);
        options.Http.TokensFile = Beside(configuration, options.Http.TokensFile);
    }

    /// <summary>A path as it is meant in the file; one that cannot be any stays as it is, for the validation to refuse.</summary>
    private static string Beside(string configuration, string path) =>
        path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path, Path.GetDirectoryName(configuration)!);

    private void TellReady()
    {
        var options = Options;
        var status = _application.Services.GetRequiredService<IConsensus>().Status;
        var ready = new NodeReady(
            status.Node.Value,
            options.Members.FirstOrDefault(member => member.Id == options.Node)?.Address ?? options.Transport.Listen,
            $"{(options.Http.IsSecure ? "https" : "http")}://{options.Http.Listen}",
            options.DataDirectory,
            status.LastIndex.Value);
        _report.Write(ready, ToolJson.Default.NodeReady, (screen, node) => screen.Profile.Out.Writer.WriteLine(
            $"Node {node.Node} is ready: nodes reach it at {node.Address}, clients at {node.Endpoint}; data in {node.DataDirectory}, log up to entry {node.LastIndex}."));
        _report.Terminal.Output.Flush();
    }
}
