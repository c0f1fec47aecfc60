/**
 * Rates, as fractions, at which AWS looks at an account, and at which it may pause its sending (SES developer guide,
 * "Reputation dashboard messages"; re:Post "Resolve an account under review or a sending pause").
 */
export const AWS_RATES = {
  review: { bounceRate: 0.05, complaintRate: 0.001 },
  pause: { bounceRate: 0.1, complaintRate: 0.005 },
} as const;
