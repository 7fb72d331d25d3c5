using System.Text.Json;
using Consensus.Adversary;
using Consensus.Hosting;
using Consensus.Pbft;
using Microsoft.Extensions.Logging.Console;

// Called as what starts a node: … run --config FILE --json.
var file = Path.GetFullPath(args[Array.IndexOf(args, "--config") + 1]);
Directory.SetCurrentDirectory(Path.GetDirectoryName(file)!);
var builder = WebApplication.CreateSlimBuilder();
builder.Configuration.AddJsonFile(file, optional: false);
builder.Logging.ClearProviders().AddSimpleConsole();
builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
var section = builder.Configuration.GetSection("Consensus");
builder.Services.AddConsensus(section).AddEngine(
    "pbft",
    (services, options) =>
    {
        var identity = services.GetRequiredService<NodeIdentities>().Open(options, options.Pbft.WindowBlocks);
        return new EquivocatingEngine(new PbftEngine(options.Pbft.ToOptions(), identity), identity);
    },
    toleratesByzantineFaults: true);
var endpoint = $"http://{section["Http:Listen"]}";
builder.WebHost.UseUrls(endpoint);

var application = builder.Build();
application.MapConsensus();
await application.StartAsync();

// What a node says when it is ready.
var ready = new Dictionary<string, object>(StringComparer.Ordinal)
{
    ["node"] = section.GetValue<uint>("Node"),
    ["address"] = "",
    ["endpoint"] = endpoint,
    ["data_directory"] = section["DataDirectory"]!,
    ["last_index"] = 0,
};
Console.WriteLine(JsonSerializer.Serialize(ready));
await application.WaitForShutdownAsync();
