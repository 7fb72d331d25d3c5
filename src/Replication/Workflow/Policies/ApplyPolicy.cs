using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Puts a policy in force, in place of an earlier one with its name. It speaks about transitions from then on.</summary>
public sealed record ApplyPolicy(Policy Policy) : OverlayElement
{
    internal const int Fields = 1;

    internal override string Label => $"ApplyPolicy '{Policy.Name}'";

    internal static ApplyPolicy Read(ref MessagePackReader reader) => new(PolicyCodec.Read(ref reader));

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.ApplyPolicy, Fields);
        PolicyCodec.Write(ref writer, Policy);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits) => PolicyRule.Check(Policy, limits);

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context)
    {
        if (engine.Policies.Count >= engine.Limits.PoliciesMax && !engine.State.Has(WorkflowArea.Policy, Policy.Name))
        {
            return WorkflowAnswer.Reject(WorkflowRejection.TooManyPolicies, $"There are {engine.Limits.PoliciesMax} policies, as many as allowed.");
        }

        engine.State.Set(WorkflowArea.Policy, Policy.Name, PolicyCodec.ToBytes(Policy));
        return WorkflowAnswer.Accepted;
    }
}
