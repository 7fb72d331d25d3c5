using Consensus;
using Consensus.Replication.Workflow;

namespace OrderApproval.Orders;

/// <summary>Sees to it that the group has the rules. Every instance tries; the group takes them once and answers the others that it has them.</summary>
internal sealed partial class OrderRulesDeployment(WorkflowStore workflow, ILogger<OrderRulesDeployment> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var result = await workflow.DeployOverlayAsync(OrderRules.Overlay, cancellationToken: stoppingToken);
            if (result.IsApplied || result.Rejection == WorkflowRejection.OverlayVersionNotHigher)
            {
                return;
            }

            if (result.Status == ProposeStatus.Rejected)
            {
                throw new InvalidOperationException($"The rules for orders are not valid: {result.Detail}");
            }

            // No leader yet, for example because this is the first instance of three.
            LogWaiting(logger, result.Refusal);
            await Task.Delay(Pause, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The rules for orders are not deployed yet ({Reason}); trying on.")]
    private static partial void LogWaiting(ILogger logger, RefusalReason reason);
}
