using Consensus.Cli.Client;
using Consensus.Client;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Cryptography;
using Consensus.Hybrid;

namespace Consensus.Cli.Commands.Client;

/// <summary>The epoch that a hybrid is in, as one of its members tells.</summary>
/// <param name="Status">How the member is.</param>
/// <param name="Epoch">What the epoch is made of. Its identity is a hash of that: if the member tells anything of it that is not so, an order for it is void.</param>
/// <remarks>Only members' addresses are the member's word alone, as long as no order has listed the members.</remarks>
internal sealed record RunningEpoch(ConsensusStatus Status, EpochDescriptor Epoch)
{
    /// <summary>How often a member is asked that goes from one epoch to the next meanwhile.</summary>
    private const int AttemptsMax = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks.</summary>
    /// <exception cref="UsageException">The group is no hybrid.</exception>
    /// <exception cref="CommandFailedException">No member answers, or what it says does not fit together.</exception>
    public static async Task<RunningEpoch> AskAsync(ClientCall call, ISignatureVerifier signatures, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            // A node that does not belong to the group may not know which epoch runs.
            var status = StatusIn((await call.Client.GetWhereAsync("v1/status", answer => StatusIn(answer) is { IsMember: true } or { RunningEpoch: null }, cancellationToken).ConfigureAwait(false)).OrFail());
            if (status.RunningEpoch is not { } running)
            {
                throw new UsageException($"The node runs {status.Algorithm}, and never another engine; allowed: a node with the algorithm hybrid. [not-supported]");
            }

            var answer = (await call.Client.GetAsync(ConsensusClient.EpochsPath, cancellationToken).ConfigureAwait(false)).OrFail();
            if (!EpochHistoryDocument.TryParseUnpinned(answer.Body, signatures, out var history, out var defect))
            {
                throw new CommandFailedException($"What node {status.Node} tells of the group's epochs does not fit together, or is of another version: {defect} Nothing was sent.");
            }

            if (history.Newest.Id == running.Id)
            {
                return new RunningEpoch(status, history.Newest);
            }

            if (attempt == AttemptsMax)
            {
                throw new CommandFailedException($"Node {status.Node} says that {running.Id} runs, epoch {status.Epoch}, and that the newest epoch is {history.Newest.Id}, epoch {history.Newest.Number}. Nothing was sent; ask another node.");
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The members, with where they are.</summary>
    /// <exception cref="CommandFailedException">The member does not know where all of them are.</exception>
    public IEnumerable<EpochMember> Members => Epoch.Listed?.Members ?? Epoch.Members.Members.Select(member => new EpochMember(member.Id, member.Key, AddressOf(member.Id)));

    /// <summary>What a node's answer says of its status.</summary>
    public static ConsensusStatus StatusIn(ApiAnswer answer) => answer.Read(WireJson.Default.StatusDocument).ToStatus().Status;

    private string AddressOf(NodeId member) => Status.Membership.Members.FirstOrDefault(known => known.Id == member) is { } known
        ? known.Address
        : throw new CommandFailedException($"Node {Status.Node} does not tell where node {member} is, which belongs to epoch {Epoch.Number}. Nothing was sent; look at consensus status, and try again.");
}
