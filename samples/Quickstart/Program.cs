using Consensus;
using Consensus.Replication.Workflow;

var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddJsonFile($"node-{builder.Configuration["node"]}.json", optional: false);
builder.Services.AddConsensus(builder.Configuration.GetSection("Consensus")).AddHealthChecks();

var app = builder.Build();
app.MapConsensus();

var order = CaseGraph.Start("order", "Submitted").Allow("Submitted", "Approved").Allow("Submitted", "Rejected").End("Approved", "Rejected");

app.MapPut("/orders/{id}", async (string id, WorkflowStore orders) => Answer(await orders.CreateCaseAsync(id, order)));

app.MapPost("/orders/{id}/approvals", async (string id, string by, WorkflowStore orders) =>
    Answer(await orders.UpdateCaseStateAsync(id, "Approved", [PropertyChange.Set("by", by)])));

app.MapGet("/orders/{id}", async (string id, WorkflowStore orders) => await orders.GetCaseAsync(id) switch
{
    { IsAnswered: false } read => Results.Problem(title: $"{read.Refusal}", statusCode: 503),
    { Value: null } => Results.NotFound(),
    { Value: { } found } => Results.Ok(new { found.State, By = found["by"]?.Text }),
});

app.Run();

static IResult Answer(WorkflowResult result) => result.Status switch
{
    ProposeStatus.Applied => Results.Ok(new { result.Revision }),
    ProposeStatus.Rejected => Results.Problem(title: $"{result.Rejection}", detail: result.Detail, statusCode: 409),
    ProposeStatus.Refused => Results.Problem(title: $"{result.Refusal}", detail: "It has had no effect; ask again.", statusCode: 503),
    _ => Results.Problem(title: "OutcomeUnknown", detail: "It may have taken effect; read before you ask again.", statusCode: 504),
};
