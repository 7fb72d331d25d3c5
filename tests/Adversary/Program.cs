using System.Text.Json;
using Consensus.Adversary;
using Consensus.Hosting;
using Consensus.Hybrid;
using Consensus.Pbft;
using Consensus.Simulation;
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

// The hybrid lies when it is told to, so that there is an honest group before.
var lies = new HybridLies();
var hybrid = BuiltInEngines.All.Single(engine => engine.Name == ConsensusOptions.HybridName);
builder.Services.AddSingleton(hybrid with
{
    Create = (services, options) => new LyingHybridEngine(
        (HybridEngine)hybrid.Create(services, options), services.GetRequiredService<NodeIdentities>().OpenForEpochs(options), lies),
});
var endpoint = $"http://{section["Http:Listen"]}";
builder.WebHost.UseUrls(endpoint);

var application = builder.Build();
application.MapConsensus();
application.MapPost("/adversary/sign-badly", () => lies.SignsBadly = true);
application.MapPost("/adversary/say-two-things", () => lies.SaysTwoThings = true);
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
