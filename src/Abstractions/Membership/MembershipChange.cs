using System.Collections.Immutable;

namespace Consensus;

/// <summary>
/// A change of a group's membership: any number of steps that take effect together, through joint consensus (Ongaro and Ousterhout,
/// section 6). Immutable; each method returns a new change.
/// </summary>
public sealed record MembershipChange
{
    private MembershipChange(ImmutableArray<MembershipStep> steps) => Steps = steps;

    /// <summary>A change without a step, to build on.</summary>
    public static MembershipChange None { get; } = new([]);

    /// <summary>The steps.</summary>
    public ImmutableArray<MembershipStep> Steps { get; private init; }

    /// <summary>
    /// The membership that the caller decided by, as <see cref="ConsensusStatus.MembershipVersion"/> named it. If it has changed since, the change is
    /// refused with <see cref="RefusalReason.MembershipChanged"/>, unless what it asks for is in effect, or under way, already. <see langword="null"/>:
    /// any will do.
    /// </summary>
    public LogIndex? ExpectedVersion { get; private init; }

    /// <summary>A change of steps that are at hand already.</summary>
    public static MembershipChange Of(ImmutableArray<MembershipStep> steps) => new(steps.IsDefault ? [] : steps);

    /// <summary>Adds a member that receives the log, and that becomes a voter by itself when it has caught up.</summary>
    public MembershipChange AddVoter(NodeId id, string address) => With(new MembershipStep(MembershipStepKind.AddVoter, id, address));

    /// <summary>Adds a member that receives the log without a vote.</summary>
    public MembershipChange AddLearner(NodeId id, string address) => With(new MembershipStep(MembershipStepKind.AddLearner, id, address));

    /// <summary>Makes a learner a voter at once. Refused while it lags far behind.</summary>
    public MembershipChange Promote(NodeId id) => With(new MembershipStep(MembershipStepKind.Promote, id, ""));

    /// <summary>Removes a member. A removed leader hands over.</summary>
    public MembershipChange Remove(NodeId id) => With(new MembershipStep(MembershipStepKind.Remove, id, ""));

    /// <summary>Gives a member another address.</summary>
    public MembershipChange Move(NodeId id, string address) => With(new MembershipStep(MembershipStepKind.Move, id, address));

    /// <summary>Is refused if the membership has changed since the version that the caller has seen.</summary>
    public MembershipChange Expecting(LogIndex? version) => this with { ExpectedVersion = version };

    private MembershipChange With(MembershipStep step) => this with { Steps = Steps.Add(step) };
}
