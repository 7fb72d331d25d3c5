using System.ComponentModel.DataAnnotations;

namespace OrderApproval.Orders;

/// <summary>The body of a new order.</summary>
public sealed record Submission([Range(1, long.MaxValue)] long Amount);
