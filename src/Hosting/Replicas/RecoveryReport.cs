using Consensus.Storage.Log;
using Consensus.Storage.Reconciliation;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>Says at the start what was wrong in a data folder and has been mended. Nothing that was acknowledged is missing; the disk may deserve a look.</summary>
internal static partial class RecoveryReport
{
    /// <summary>Writes what was found.</summary>
    /// <param name="logger">Is told.</param>
    /// <param name="node">Whose folder it is.</param>
    /// <param name="found">How snapshot and log belong together.</param>
    /// <param name="damaged">What is wrong with the snapshots that cannot be used.</param>
    /// <param name="torn">The unfinished write that was cut off, if there was one.</param>
    public static void Log(ILogger logger, NodeId node, ReconciliationCase found, IEnumerable<string> damaged, TornTail? torn)
    {
        if (torn is not null)
        {
            Messages.TailCut(logger, node, torn.Path, torn.Offset, torn.Length, torn.Finding);
        }

        if (found is ReconciliationCase.FellBackToLog or ReconciliationCase.FellBackToOlderSnapshot)
        {
            Messages.FellBack(
                logger,
                node,
                found == ReconciliationCase.FellBackToLog ? "the whole log" : "an older snapshot and the log after it",
                string.Join(' ', damaged));
        }
    }

    private static partial class Messages
    {
        [LoggerMessage(
            EventId = 105,
            EventName = "consensus.node.log_tail_cut",
            Level = LogLevel.Warning,
            Message = "Node {Node}: its log in {File} ended at {Offset} with {Bytes} bytes of a write that was not finished ({Finding}); they were cut off. After a crash or a power failure that is as it should be, and nothing that was acknowledged is lost. After an orderly stop the disk should be looked at.")]
        public static partial void TailCut(ILogger logger, NodeId node, string file, long offset, long bytes, string finding);

        [LoggerMessage(
            EventId = 106,
            EventName = "consensus.node.snapshot_fell_back",
            Level = LogLevel.Warning,
            Message = "Node {Node}: a snapshot is damaged, so it starts from {Basis}. {Reason} Nothing is lost, and a new snapshot is taken in time; the disk should be looked at.")]
        public static partial void FellBack(ILogger logger, NodeId node, string basis, string reason);
    }
}
