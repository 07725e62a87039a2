// The words main shows outside the pages: tray, notifications, dialogs. Simplified Chinese; the pages have their own.
import type { Strings } from './strings.ts'

export const strings: Strings = {
  appName: 'Earshot',
  unknownCaller: '未知来电者',
  tray: {
    tooltip: (words: string) => `Earshot：${words}`,
    offline: '无法接到来电',
    ready: '就绪',
    ringing: (name: string) => `${name} 正在呼叫你`,
    calling: (name: string) => `正在呼叫 ${name}`,
    inCall: (name: string) => `正在与 ${name} 通话`,
    muted: (name: string) => `正在与 ${name} 通话，麦克风已关闭`,
    warnings: (count: number) => `${count} 条未读警告`,
    lock: '立即锁定',
    missed: (count: number) => `${count} 个未接来电`,
    answer: '接听',
    decline: '拒接',
    mute: '关闭麦克风',
    hangUp: '挂断',
    microphone: '麦克风',
    speaker: '扬声器',
    systemDefault: '系统默认',
    open: '打开 Earshot',
    quit: '退出',
  },
  notification: {
    incoming: (name: string) => `${name} 正在呼叫你`,
    incomingBody: '请在 Earshot 窗口中接听',
    missed: (name: string) => `未接来电：${name}`,
    tray: 'Earshot 仍在系统托盘中',
    trayBody: '别人仍然可以呼叫你。要退出，请使用托盘图标。',
  },
  quit: {
    inCall: '你正在通话',
    inCallDetail: '退出后，双方的通话都会结束。',
    hosting: (guests: number) => `另有 ${guests} 人在使用这台电脑上的服务器`,
    hostingDetail: 'Earshot 关闭期间，没有人能呼叫他们。',
    confirm: '退出',
    cancel: '取消',
  },
  backup: {
    kind: 'Earshot 备份',
    anyFile: '所有文件',
    fileName: (date: string) => `Earshot ${date}`,
    saveTitle: '保存你的身份备份',
    save: '保存备份',
    openTitle: '打开你的身份备份',
  },
  restore: {
    message: '要替换这台电脑上的身份吗？',
    detail: '备份中的身份会取而代之。这里现有的文件会保留，与新文件放在一起。',
    confirm: '替换',
  },
  lock: {
    message: '要在通话中锁定 Earshot 吗？',
    detail: '双方的通话都会结束；在你输入口令之前，没有人能呼叫你。',
    confirm: '结束通话并锁定',
  },
  renew: {
    message: '要换用新地址吗？',
    detail:
      '正在进行的通话会结束，旧地址再也不能用来呼叫你。你的联系人、通话记录和设置会保留。把你加为联系人的人会被询问是否接受你的新密钥（在下次与你通话时，或通过你发去的链接），并且需要重新验证你。',
    confirm: '换用新地址',
  },
  verify: {
    message: (name: string) => `要将 ${name} 标记为已验证吗？`,
    messageDiffered: (name: string) => `之前比对不一致，仍要将 ${name} 标记为已验证吗？`,
    noName: '此地址',
    differed: '你之前发现你们的通话码或安全码不一致。只有刚刚重新比对过，而且对方就在你身边，才可以继续。',
    number: '这是你们两人的安全码。对方屏幕上的与它相同吗？',
    qr: '如果扫描到的二维码是对方亲自出示给你的，它就是正确的。对方屏幕上的安全码也必须与这个相同。',
    address: (address: string) => `对方的地址：\n${address}`,
    confirm: '标记为已验证',
  },
  unblock: {
    message: (name: string) => `要允许 ${name} 再次呼叫你吗？`,
    detail: '你屏蔽了此人。解除屏蔽后，屏蔽之前的验证状态重新有效。',
    confirm: '解除屏蔽',
  },
  erase: {
    message: '要清除 Earshot 保存在这台电脑上的所有内容吗？',
    detail:
      '你的身份、联系人、通话记录和设置都会被删除。正在进行的通话会结束。如果没有备份，再也没有人能通过此地址联系到你，你自己也找不回它。',
    confirm: '全部清除',
  },
}
