import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { onBothArms } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, NotFoundError } = Anthropic;

onBothArms('user profiles', (wire) => {
  test('a profile is made of what is given, and changed in part', async () => {
    verifies('userProfiles.create', 'userProfiles.retrieve', 'userProfiles.update');
    const { userProfiles } = wire().client.beta;
    const bare = await userProfiles.create({});
    expect(bare).toEqual({
      id: expect.stringMatching(/^uprof_/),
      type: 'user_profile',
      name: null,
      access_type: 'application',
      metadata: {},
      trust_grants: {},
      external_id: null,
      external_user_onboarded_at: null,
      created_at: expect.any(String),
      updated_at: bare.created_at,
    });
    const made = await userProfiles.create({
      name: 'Acme',
      access_type: 'passthrough',
      external_id: 'row-7',
      external_user_onboarded_at: '2026-01-01T02:00:00+02:00',
      metadata: { tier: 'gold', old: '1' },
    });
    expect(made).toMatchObject({ name: 'Acme', external_user_onboarded_at: '2026-01-01T00:00:00.000Z' });
    expect(await userProfiles.update(made.id, { name: 'Acme' })).toEqual(made);
    const changed = await userProfiles.update(made.id, { external_id: null, metadata: { old: '', new: '2' } });
    expect(changed).toEqual({
      ...made,
      external_id: null,
      metadata: { tier: 'gold', new: '2' },
      updated_at: expect.any(String),
    });
    expect(changed.updated_at >= made.updated_at).toBe(true);
    expect(await userProfiles.retrieve(made.id)).toEqual(changed);
    const joined = await userProfiles.update(made.id, { external_user_onboarded_at: '2026-02-02T00:00:00Z' });
    expect(joined).toMatchObject({ external_id: null, external_user_onboarded_at: '2026-02-02T00:00:00.000Z' });
    const future = new Date(Date.now() + 120_000).toISOString();
    const refused = [
      { name: 'x'.repeat(256) },
      { metadata: { empty: '' } },
      { external_user_onboarded_at: future },
      { external_user_details: { country: 'US' } },
    ];
    for (const body of refused) await expect(userProfiles.create(body)).rejects.toThrow(BadRequestError);
    await expect(userProfiles.retrieve('uprof_none')).rejects.toThrow(NotFoundError);
  });

  test('profiles are listed by age or by name, page after page, those without a name last', async () => {
    verifies('userProfiles.list', 'userProfiles.delete');
    const { userProfiles } = wire().client.beta;
    for await (const { id } of userProfiles.list()) await userProfiles.delete(id);
    const names = ['beta', null, 'Alpha', 'gamma', null, 'BETA'];
    const made = [];
    for (const name of names) made.push(await userProfiles.create({ name, external_id: `n${made.length}` }));
    const listed = async (params: Parameters<typeof userProfiles.list>[0]) => {
      const found: (string | null | undefined)[] = [];
      for await (const profile of userProfiles.list({ ...params, limit: 2 })) found.push(profile.external_id);
      return found.join(' ');
    };
    expect(await listed({})).toBe('n5 n4 n3 n2 n1 n0');
    expect(await listed({ order: 'asc' })).toBe('n0 n1 n2 n3 n4 n5');
    expect(await listed({ order: 'asc', order_by: 'name' })).toBe('n2 n0 n5 n3 n1 n4');
    expect(await listed({ order_by: 'name' })).toBe('n3 n5 n0 n2 n4 n1');
    const page = await userProfiles.list({ order_by: 'name', limit: 1 });
    const other = userProfiles.list({ order_by: 'name', order: 'asc', limit: 1, page: page.next_page ?? '' });
    await expect(other).rejects.toThrow(BadRequestError);
    const [first] = made;
    const id = first?.id ?? '';
    expect(await userProfiles.delete(id)).toEqual({ id, type: 'user_profile_deleted' });
    await expect(userProfiles.delete(id)).rejects.toThrow(NotFoundError);
  });

  test('addresses to enroll at have an end', async () => {
    verifies('userProfiles.createEnrollmentURL', 'userProfiles.actionURLs.create');
    const { userProfiles } = wire().client.beta;
    const { id } = await userProfiles.create({});
    const enrollment = await userProfiles.createEnrollmentURL(id);
    expect(enrollment).toMatchObject({ type: 'enrollment_url', url: expect.stringContaining(`.invalid/${id}/`) });
    expect(Date.parse(enrollment.expires_at)).toBeGreaterThan(Date.now());
    const action = await userProfiles.actionURLs.create(id, { action: { type: 'enroll_end_user' } });
    expect(action.type).toBe('user_profile_action_url');
    expect(action.url).not.toBe(enrollment.url);
    await expect(userProfiles.createEnrollmentURL('uprof_none')).rejects.toThrow(NotFoundError);
  });
});
