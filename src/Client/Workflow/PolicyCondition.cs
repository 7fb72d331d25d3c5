using System.Text.Json.Serialization;
using Consensus.Client.Json;

namespace Consensus.Client;

/// <summary>What a policy requires. The set of kinds is closed.</summary>
[JsonConverter(typeof(PolicyConditionConverter))]
public abstract record PolicyCondition
{
    private protected PolicyCondition()
    {
    }
}
