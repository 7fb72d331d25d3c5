using Consensus.Replication.Workflow;

namespace OrderApproval.Orders;

/// <summary>The HTTP side, and what each outcome is there.</summary>
internal static class OrderEndpoints
{
    private const int RetryAfterSeconds = 1;

    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/orders/{id}");
        orders.MapGet("", async (string id, OrderDesk desk, CancellationToken gone) => Answer(await desk.FindAsync(id, gone)));
        orders.MapPut("", async (string id, Submission order, OrderDesk desk, CancellationToken gone) => Answer(await desk.SubmitAsync(id, order.Amount, gone)));
        orders.MapPost("/approvals", async (string id, Decision decision, OrderDesk desk, CancellationToken gone) => Answer(await desk.ApproveAsync(id, decision.By, gone)));
        orders.MapPost("/rejections", async (string id, Decision decision, OrderDesk desk, CancellationToken gone) => Answer(await desk.RejectAsync(id, decision.By, gone)));
    }

    private static IResult Answer(Outcome outcome) => outcome switch
    {
        Outcome.Found found => Results.Ok(found.Order),
        Outcome.Missing => Results.NotFound(),
        Outcome.Rejected { Reason: WorkflowRejection.InvalidCaseId or WorkflowRejection.InvalidName or WorkflowRejection.PropertyTooLarge } bad =>
            Results.Problem(bad.Detail, statusCode: StatusCodes.Status400BadRequest),
        Outcome.Rejected rejected => Results.Problem(rejected.Detail, statusCode: StatusCodes.Status409Conflict, title: $"{rejected.Reason}"),
        Outcome.Unanswered unanswered => new Later(Results.Problem(
            "It has had, and will have, no effect; ask again, or another instance.", statusCode: StatusCodes.Status503ServiceUnavailable, title: $"{unanswered.Reason}")),
        Outcome.Unknown => new Later(Results.Problem(
            "It may have taken effect. Ask again: what was done is not done twice.", statusCode: StatusCodes.Status504GatewayTimeout, title: "OutcomeUnknown")),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome of the desk."),
    };

    /// <summary>An answer that tells the caller when to come back.</summary>
    private sealed class Later(IResult answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            return answer.ExecuteAsync(httpContext);
        }
    }
}
