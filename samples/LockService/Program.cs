using Consensus;
using Consensus.Samples.Locks;

var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddJsonFile("locks.json", optional: false).AddCommandLine(args);
builder.Services.AddConsensus(builder.Configuration.GetSection("Consensus")).UseStateMachine<LockTable>();
builder.Services.AddSingleton<LockClient>();

var app = builder.Build();
app.MapConsensus();

app.MapPut("/locks/{name}", async (string name, string owner, int seconds, LockClient locks) =>
    Answer(await locks.AcquireAsync(name, owner, TimeSpan.FromSeconds(seconds))));

app.MapDelete("/locks/{name}", async (string name, string owner, LockClient locks) => Answer(await locks.ReleaseAsync(name, owner)));

app.MapGet("/locks/{name}", async (string name, LockClient locks) => await locks.FindAsync(name) is { } found ? Results.Ok(found.Holder) : Results.StatusCode(503));

app.MapPost("/newest-format", async (LockClient locks) => Answer(await locks.RaiseFormatAsync()));

app.Run();

static IResult Answer(LockResult result) => result.Status switch
{
    ProposeStatus.Applied => Results.Ok(result.Answer!.Holder),
    ProposeStatus.Rejected => Results.Problem(title: $"{result.Answer!.Rejection}", detail: result.Answer.Holder?.Owner, statusCode: 409),
    ProposeStatus.Refused => Results.Problem(title: $"{result.Refusal}", detail: "It has had no effect; ask again.", statusCode: 503),
    _ => Results.Problem(title: "OutcomeUnknown", detail: "It may have taken effect; ask again under the same owner.", statusCode: 504),
};
