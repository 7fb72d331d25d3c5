using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>
/// Fewer than <paramref name="Max"/> cases of the same graph name are in the state that is entered: a limit on work in progress. Cases that
/// stay in the state by a transition to itself do not count against themselves.
/// </summary>
/// <remarks>All cases of that graph name count, also those outside the policy's scope.</remarks>
public sealed record CasesInStateBelow(ulong Max) : PolicyCondition
{
    internal const byte Code = 4;

    internal override string Sentence => $"fewer than {Max} cases of the graph are in the state that is entered";

    internal override WorkflowVerdict Check(Policy policy, WorkflowLimits limits) => WorkflowVerdict.Accepted;

    internal override bool Holds(in TransitionQuestion question) =>
        question.From == question.To || question.State.CountCases(question.Graph, question.To) < Max;

    internal override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Code);
        writer.Write(Max);
    }
}
