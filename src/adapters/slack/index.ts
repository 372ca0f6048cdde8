export { type SlackOptions, type SlackRoom, slackChat } from './slack-chat.ts';
